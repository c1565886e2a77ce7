import {
  type Argument,
  type ArgumentFacts,
  ArgumentProblem,
  type Arguments,
  type ArgumentValues,
  type FurtherArguments,
  type TextIn,
} from '../api/arguments.ts'
import type { Field, Schema } from '../api/schema.ts'
import { type BoundArguments, bindArguments, type Surplus } from './bind-arguments.ts'
import { kindInWords } from './kind-in-words.ts'
import { readField, readItem } from './read-field.ts'
import { type SchemaFields, schemaFields } from './schema-fields.ts'

/** A declaration that can be asked: what a call's text means by it, and what a help page says of it. */
export interface DeclaredArguments<A extends Arguments | Schema> {
  /** Throws ArgumentProblem, or rejects with it where a schema takes its time. */
  bind(text: string | null): BoundArguments<A> | Promise<BoundArguments<A>>
  facts(t: TextIn): readonly ArgumentFacts[]
}

/** Arguments as a macro declares them: a record of `arg.…`, or a schema, whose members may be given by place or by name alike. */
export function declareArguments<A extends Arguments | Schema>(declared: A, surplus: Surplus = {}): DeclaredArguments<A> {
  // The two kinds of declarations share no member.
  const both: DeclaredArguments<Arguments> | DeclaredArguments<Schema> = isSchema(declared)
    ? schemaArguments(declared, surplus)
    : kindArguments(declared, surplus)
  return both as DeclaredArguments<A>
}

export function isSchema(declared: object): declared is Schema {
  return '~standard' in declared
}

function kindArguments(declared: Arguments, surplus: Surplus): DeclaredArguments<Arguments> {
  return {
    bind: (text) => bindArguments(text, declared, surplus),
    facts: (t) =>
      Object.entries(declared).map(([name, { kind, required, fallback }]) => ({
        name,
        kind: t(kind),
        required,
        fallback,
        meaning: '',
      })),
  }
}

function schemaArguments(schema: Schema, surplus: Surplus): DeclaredArguments<Schema> {
  // Asked at the first call: loading a hundred macros must not wait for a hundred schemas.
  let known: (SchemaFields & { arguments: Arguments; list: Field | null }) | null = null
  const members = () => {
    if (known === null) {
      const { fields, open } = schemaFields(schema)
      const last = fields.at(-1)
      known = {
        fields,
        open,
        arguments: Object.fromEntries(fields.map((field) => [field.name, argumentOf(field)])),
        list: last?.kind === 'list' ? last : null,
      }
    }
    return known
  }
  return {
    bind(text) {
      const { arguments: declared, list, open } = members()
      const { values, further } = bindArguments(text, declared, {
        positional: list !== null || surplus.positional === true,
        named: open || surplus.named === true,
      })
      const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
      if (open) for (const [name, value] of further.named) given[name] = value
      const rest = list === null ? further : { ...further, positional: takeAll(list, given, further.positional) }
      const result = schema['~standard'].validate(given)
      return result instanceof Promise ? result.then((later) => bound(later, given, rest)) : bound(result, given, rest)
    },
    facts: (t) =>
      members().fields.map((field) => ({
        name: field.name,
        kind: kindInWords(field, t),
        required: field.required,
        fallback: field.fallback === undefined ? null : asWritten(field.fallback),
        meaning: t(field.meaning),
      })),
  }
}

/** `<<Tags(a, b, c)>>`: a list that is declared last takes all values without a name that are left. */
function takeAll(list: Field, given: Record<string, unknown>, left: readonly (string | null)[]): readonly never[] {
  const more = left.flatMap((item) => (item === null ? [] : [readItem(list, item)]))
  const first = given[list.name]
  if (more.length > 0) given[list.name] = [...(Array.isArray(first) ? first : []), ...more]
  return []
}

function argumentOf(field: Field): Argument<unknown> {
  return {
    kind: field.kind,
    fallback: null,
    required: field.required,
    missing: () => undefined,
    parse: (text, name) => readField(field, text, name),
  }
}

function bound(
  result: Awaited<ReturnType<Schema['~standard']['validate']>>,
  given: Readonly<Record<string, unknown>>,
  further: FurtherArguments,
): BoundArguments<Schema> {
  if (result.issues === undefined) return { values: result.value as ArgumentValues<Schema>, further }
  const [issue] = result.issues
  const [step] = issue?.path ?? []
  const name = typeof step === 'object' ? step.key : step
  const problem = issue?.message ?? ''
  if (name === undefined) throw new ArgumentProblem('{problem}', { problem })
  const value = given[String(name)]
  throw new ArgumentProblem('Argument "{name}" cannot be "{value}": {problem}', {
    name: String(name),
    value: value === undefined ? '' : asWritten(value),
    problem,
  })
}

function asWritten(value: unknown): string {
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  if (Array.isArray(value)) return value.map(asWritten).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
