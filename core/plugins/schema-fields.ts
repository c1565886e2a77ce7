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
  const whole = jsonSchemaOf(schema)
  const root = spelledOut(whole, whole.$defs ?? {})
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
  readonly prefixItems?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
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

/** What a schema with an id of its own says stands elsewhere: put where it is meant. One that contains itself is cut off there. */
function spelledOut(schema: JsonSchema, known: Readonly<Record<string, JsonSchema>>, around: readonly string[] = []): JsonSchema {
  const { $ref, $defs: _, ...own } = schema
  const id = $ref === undefined ? '' : $ref.replace(/^#\/\$defs\//, '')
  const named = id !== '' && !around.includes(id) ? known[id] : undefined
  const inside = named === undefined ? around : [...around, id]
  const within = (one: JsonSchema): JsonSchema => spelledOut(one, known, inside)
  const meant: JsonSchema = named === undefined ? own : { ...named, ...own }
  const { properties, items, prefixItems, anyOf, oneOf, allOf } = meant
  return {
    ...meant,
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, within(one)])) }),
    ...(items && { items: within(items) }),
    ...(prefixItems && { prefixItems: prefixItems.map(within) }),
    ...(anyOf && { anyOf: anyOf.map(within) }),
    ...(oneOf && { oneOf: oneOf.map(within) }),
    ...(allOf && { allOf: allOf.map(within) }),
  }
}

function membersOf({ properties = {}, required = [] }: JsonSchema, secret = false): readonly Field[] {
  return Object.entries(properties).map(([name, member]) => fieldOf(name, member, required.includes(name), secret))
}

/** True when anything that is typed into the input of such a value is secret: an item of a list, one of several alternatives. */
function tellsSecret({ secret, items, prefixItems = [], anyOf = [], oneOf = [], allOf = [] }: JsonSchema): boolean {
  return secret === true || [...(items ? [items] : []), ...prefixItems, ...anyOf, ...oneOf, ...allOf].some(tellsSecret)
}

/** `within`: what it belongs to is secret as a whole. */
function fieldOf(name: string, schema: JsonSchema, required: boolean, within = false): Field {
  const given = [schema.anyOf ?? schema.oneOf ?? []].flat().filter((one) => one.type !== 'null')
  const [only, ...others] = given
  // `z.string().nullable()` is a string with a null beside it.
  const meant = only !== undefined && others.length === 0 ? { ...only, ...withoutUnions(schema) } : schema
  const choices = choicesOf(meant)
  const kind = choices.length > 0 ? 'choice' : kindOf(meant, given)
  const secret = within || tellsSecret(schema)
  return {
    name,
    kind,
    required: required && schema.default === undefined,
    fallback: schema.default,
    meaning: schema.description ?? '',
    choices,
    least: limit(meant.minimum),
    most: limit(meant.maximum),
    secret,
    inner: innerOf(kind, meant, given, secret),
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

function innerOf(kind: FieldKind, schema: JsonSchema, alternatives: readonly JsonSchema[], secret: boolean): readonly Field[] {
  if (kind === 'list') return [fieldOf('', schema.items ?? { type: 'string' }, true, secret)]
  if (kind === 'group') return membersOf(schema, secret)
  return kind === 'alternatives' ? alternatives.map((one) => fieldOf('', one, true, secret)) : []
}

/** zod says of every integer that it is a safe one; that is no limit anybody wants to read. */
function limit(number: number | undefined): number | null {
  return number === undefined || Math.abs(number) === Number.MAX_SAFE_INTEGER ? null : number
}
