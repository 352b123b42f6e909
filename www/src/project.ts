import type { SourceFile } from 'tidegate/studio'

/** What the server of this page says about the project that it compiled and signed. */
export interface Project {
  readonly project: string
  readonly environments: readonly string[]
  /** The public half of the key that was made when the server started. */
  readonly trust: string
  readonly files: readonly SourceFile[]
}

export type Audience = 'client' | 'server'

export async function fetchProject(): Promise<Project> {
  const response = await fetch('project.json', { cache: 'no-cache' })
  if (!response.ok) throw new Error(`project.json: status ${response.status}`)
  return response.json()
}

/** The file that says everything about a flag. */
export function flagFile(key: string): string {
  return `flags/${key}.yaml`
}
