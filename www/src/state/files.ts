import { computed, signal } from '@preact/signals'
import type { SourceFile } from 'tidegate/studio'
import { project } from './place.ts'

/** The text of each edited file, by path; files that read as they were served are not in it. */
export const edits = signal<Readonly<Record<string, string>>>({})

/** The project's files as they are now. */
export const files = computed<readonly SourceFile[]>(() =>
  (project.value?.files ?? []).map(({ path, text }) => ({ path, text: edits.value[path] ?? text })),
)

export const isEdited = computed(() => Object.keys(edits.value).length > 0)

export function textOf(path: string): string | undefined {
  return files.value.find((file) => file.path === path)?.text
}

export function edit(path: string, text: string): void {
  const { [path]: _, ...others } = edits.peek()
  const isOriginal = project.peek()?.files.some((file) => file.path === path && file.text === text)
  edits.value = isOriginal ? others : { ...others, [path]: text }
}

export function resetFile(path: string): void {
  const { [path]: _, ...others } = edits.peek()
  edits.value = others
}

export function resetFiles(): void {
  edits.value = {}
}

/** What the head of a flag's or segment's file says about it; absent where it is not written on one line. */
export function headOf(path: string): { description?: string; owner?: string; type?: string } {
  const head: Record<string, string> = {}
  for (const [, name, value] of (textOf(path) ?? '').matchAll(/^(description|owner|type): *(.+)$/gm)) {
    if (name && value) head[name] = value.replace(/^(["'])(.*)\1$/, '$2')
  }
  return head
}
