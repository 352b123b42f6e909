import { computed, signal } from '@preact/signals'
import type { Audience, Project } from '../project.ts'

/** The project that the server of this page compiled; undefined until it said so. */
export const project = signal<Project | undefined>(undefined)

export const environment = signal('production')
export const audience = signal<Audience>('client')

/** Whose rules are looked at: `project/environment/audience`. */
export const scope = computed(() =>
  project.value ? `${project.value.project}/${environment.value}/${audience.value}` : undefined,
)
