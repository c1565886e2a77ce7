import type { StandardJSONSchemaV1 } from '@standard-schema/spec'
import type { Field, FieldKind, Schema } from '../api/schema.ts'

/** The members of a declared object, in the order of their declaration. */
export interface SchemaFields {
  readonly fields: readonly Field[]
  /** True when members beyond the declared ones are taken (`z.looseObject`). */
  readonly open: boolean
}

/**
 * Asks a schema for its members by the JSON Schema that it can tell of what goes in. Throws a TypeError for one that cannot, and for
 * one that is no object.
 */
export function schemaFields(schema: Schema): SchemaFields {
  const root = jsonSchemaOf(schema)
  if (root.type !== 'object' || root.properties === undefined)
    throw new TypeError('a declaration must be an object with members, z.object({ … }) for one')
  return { fields: membersOf(root), open: typeof root.additionalProperties === 'object' }
}

/** The part of JSON Schema that declarations of arguments and settings are made of. */
interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: unknown
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly default?: unknown
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly secret?: unknown
  readonly duration?: unknown
}

function jsonSchemaOf(schema: Schema): JsonSchema {
  const { jsonSchema, vendor } = schema['~standard'] as Partial<StandardJSONSchemaV1['~standard']>
  if (jsonSchema === undefined)
    throw new TypeError(
      `a schema of ${String(vendor)} does not tell its members: use zod 4.2 or later, or wrap it as its documentation says of "Standard JSON Schema"`,
    )
  return jsonSchema.input({ target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any', override: markDates } })
}

/** A Date has no place in JSON Schema; zod lets itself be told what to say instead. */
function markDates(at: { zodSchema?: { _zod?: { def?: { type?: string } } }; jsonSchema: Record<string, unknown> }): void {
  if (at.zodSchema?._zod?.def?.type === 'date') Object.assign(at.jsonSchema, { type: 'string', format: dateObject })
}

const dateObject = 'servus-date'

function membersOf({ properties = {}, required = [] }: JsonSchema): readonly Field[] {
  return Object.entries(properties).map(([name, member]) => fieldOf(name, member, required.includes(name)))
}

function fieldOf(name: string, schema: JsonSchema, required: boolean): Field {
  const given = [schema.anyOf ?? schema.oneOf ?? []].flat().filter((one) => one.type !== 'null')
  const [only, ...others] = given
  // `z.string().nullable()` is a string with a null beside it.
  const meant = only !== undefined && others.length === 0 ? { ...only, ...withoutUnions(schema) } : schema
  const choices = choicesOf(meant)
  const kind = choices.length > 0 ? 'choice' : kindOf(meant, given)
  return {
    name,
    kind,
    required: required && schema.default === undefined,
    fallback: schema.default,
    meaning: schema.description ?? '',
    choices,
    least: limit(meant.minimum),
    most: limit(meant.maximum),
    secret: schema.secret === true,
    inner: innerOf(kind, meant, given),
  }
}

function withoutUnions({ anyOf: _, oneOf: __, type: ___, ...rest }: JsonSchema): JsonSchema {
  return rest
}

function choicesOf(schema: JsonSchema): readonly string[] {
  if (schema.enum !== undefined) return schema.enum.filter((word) => word !== null).map(String)
  if (schema.const !== undefined) return [String(schema.const)]
  const all = schema.anyOf ?? schema.oneOf ?? []
  const words = all.flatMap((one) => (one.const === undefined ? [] : [String(one.const)]))
  return words.length === all.filter((one) => one.type !== 'null').length ? words : []
}

function kindOf(schema: JsonSchema, alternatives: readonly JsonSchema[]): FieldKind {
  if (schema.duration === true) return 'duration'
  const type = [schema.type ?? []].flat().find((word) => word !== 'null')
  if (type === undefined) return alternatives.length > 1 ? 'alternatives' : 'text'
  if (type === 'string') return schema.format === dateObject ? 'date' : 'text'
  return jsonKinds.get(type) ?? 'text'
}

const jsonKinds = new Map<string, FieldKind>([
  ['integer', 'integer'],
  ['number', 'number'],
  ['boolean', 'boolean'],
  ['array', 'list'],
  ['object', 'group'],
])

function innerOf(kind: FieldKind, schema: JsonSchema, alternatives: readonly JsonSchema[]): readonly Field[] {
  if (kind === 'list') return [fieldOf('', schema.items ?? { type: 'string' }, true)]
  if (kind === 'group') return membersOf(schema)
  return kind === 'alternatives' ? alternatives.map((one) => fieldOf('', one, true)) : []
}

/** zod says of every integer that it is a safe one; that is no limit anybody wants to read. */
function limit(number: number | undefined): number | null {
  return number === undefined || Math.abs(number) === Number.MAX_SAFE_INTEGER ? null : number
}
