import type { StandardSchemaV1 } from '@standard-schema/spec'

/**
 * What a plugin declares its arguments or settings with: an object of zod 4.2 or later, or of any validator that speaks Standard Schema
 * and Standard JSON Schema (https://standardschema.dev). The host loads no validator itself: only plugins that import one pay for it.
 */
export type Schema = StandardSchemaV1

/** The values that come out of a schema. */
export type SchemaValues<S extends Schema> = StandardSchemaV1.InferOutput<S>

/** The kinds of values that a text on a page or in a form can be made into. */
export type FieldKind =
  | 'text'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'choice'
  | 'date'
  | 'duration'
  | 'list'
  | 'group'
  | 'alternatives'

/** One member of a declared object: what a help page or a form must know of it. */
export interface Field {
  readonly name: string
  readonly kind: FieldKind
  /** True when there is neither a default nor the leave to give nothing. */
  readonly required: boolean
  /** The default as a JSON value; undefined when there is none. */
  readonly fallback: unknown
  /** What it means, in the words of `.describe('…')`; '' without. */
  readonly meaning: string
  /** The words of a choice. */
  readonly choices: readonly string[]
  /** Least and greatest number; null for no such limit. */
  readonly least: number | null
  readonly most: number | null
  /** `.meta({ secret: true })` of it or of what it consists of: never shown nor logged. */
  readonly secret: boolean
  /** A list's items, a group's members, or the alternatives. */
  readonly inner: readonly Field[]
}
