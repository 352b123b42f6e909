/**
 * The record that somebody got a variant. As JSON it is a line of `src/delivery/exposure/FORMAT.md` in the repository, its members
 * in this order.
 */
export interface Exposure {
  /** When the value was read, in RFC 3339, by the client's clock. */
  readonly time: string
  readonly flag: string
  readonly variant: string
  /** The side of the rollout or experiment that the unit is on. */
  readonly arm?: 'treatment' | 'control'
  /** The name of the rule that decided, when it has one. */
  readonly rule?: string
  /** The stage of the rollout that decided. */
  readonly stage?: string
  /** What was hashed, as it is hashed: whole numbers are decimal. The targeting key, where nothing had to be. */
  readonly unit: string
  /** The attribute that is the unit; absent for `targetingKey`. */
  readonly by?: string
  /** The version of the snapshot that answered. */
  readonly version: number
  /** Of the attributes that were asked for, those that the context has. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
}
