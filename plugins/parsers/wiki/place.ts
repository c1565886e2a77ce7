import type { Position } from 'servus'
import type { Builder } from './builder.ts'

/** Where the parser stands, as lists and tables need to know. */
export interface Place {
  readonly builder: Builder
  readonly afterEmptyLine: boolean
  /** Of columns on the current line. */
  position(from: number, to: number): Position
}
