/** Tells a client that there is something new, sooner than its next poll would. What is new comes from the source, verified. */
export interface Nudge {
  /** Starts to listen, when a client is made; returns what ends that. */
  listen(to: Nudged): () => void
}

/** What a nudge knows of its client. */
export interface Nudged {
  /** The source's URL, if it has one. */
  readonly url: string | undefined
  /** Asks the source soon. Does nothing for the version of a head, where it is known, that the client has already. */
  refresh(version?: number): void
}
