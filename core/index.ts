/** `servus`: what configurations, plugins and macros import. Names one by one; nobody inside `core/` imports this file. */

// Sessions
export { FileSessionService, FileStore, MemorySessionService, MemoryStore, StoreSessionService } from './session/index.ts'
export type {
  Lifetime,
  Session,
  SessionChange,
  SessionConfig,
  SessionInfo,
  SessionKind,
  SessionMembers,
  SessionRecord,
  SessionRequest,
  SessionService,
  SessionStore,
  SessionUser,
  SessionWishes,
} from './api/session.ts'

// Markup: what parsers need
export { parseInstructions } from './markup/instructions.ts'
export { resolvePageName } from './markup/page-link.ts'
export type { ParseOptions, ParserPlugin } from './api/parser.ts'
export type {
  Attributes,
  Block,
  Document,
  Embed,
  Inline,
  Instructions,
  Link,
  List,
  Node,
  Position,
  Preformatted,
  Problem,
  Style,
  Table,
  TableRow,
  Target,
} from './api/document.ts'
