/** `servus`: what configurations, plugins and macros import. Names one by one; nobody inside `core/` imports this file. */

// Sessions
export {
  CookieSessionService,
  CookieStore,
  FileSessionService,
  FileStore,
  MemorySessionService,
  MemoryStore,
  RedisSessionService,
  RedisStore,
  StoreSessionService,
  applyChange,
  fromExpressStore,
  migrating,
} from './session/index.ts'
export { sessionToken } from './session/index.ts'
export type { SessionCounters, SessionEvent, SessionEventName, SessionServiceOptions } from './session/index.ts'
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
export type { Clock } from './base/clock.ts'

// Markup: what parsers need
export { cleanText } from './markup/clean-text.ts'
export { expandTabs } from './markup/expand-tabs.ts'
export { highlight } from './markup/highlight.ts'
export { safeStyle, safeUrl } from './markup/html-safety.ts'
export { parseInstructions } from './markup/instructions.ts'
export { resolvePageName } from './markup/page-link.ts'
export { parseTarget, schemeAt, unescapeUrl } from './markup/target.ts'
export type { ParseOptions, ParserPlugin } from './api/parser.ts'
export type {
  Attributes,
  Block,
  Code,
  CodeLines,
  Description,
  Division,
  Document,
  Embed,
  Entity,
  Form,
  Heading as HeadingNode,
  Inline,
  Instruction,
  Instructions,
  LineBreak,
  LineStart,
  Link,
  List,
  ListItem,
  MacroCall,
  Message as MessageNode,
  Node,
  Paragraph,
  Position,
  Preformatted,
  Problem,
  Quote,
  RawMarkup,
  Rule,
  Section,
  Smiley,
  Span,
  Style,
  Styled,
  Table,
  TableCell,
  TableRow,
  Target,
  Term,
  Text,
  Transclusion,
} from './api/document.ts'

// Actions
export { html, Markup } from './api/html.ts'
export { badRequest, forbidden, noSuchAttachment, noSuchPage, noSuchRevision, WikiError } from './api/errors.ts'
export { disposition } from './http/disposition.ts'
export { redirect, reply, textReply } from './http/reply.ts'
export { wholeNumber } from './http/whole-number.ts'
export { byteSize } from './base/byte-size.ts'
export { mediaType } from './base/media-type.ts'
export { diffBlocks } from './render/diff-blocks.ts'
export type { DiffBlock, DiffRow, DiffView, Piece } from './render/diff-blocks.ts'
export { revisionView } from './render/revision-view.ts'
export type { RevisionView } from './render/revision-view.ts'
export { writtenIn } from './render/written.ts'
export type { Written } from './render/written.ts'
export { sharedName } from './wiki/shared-names.ts'
export { leaveMessage } from './wiki/visitor-session.ts'
export type {
  ActionCall,
  ActionPage,
  ActionPlugin,
  AuthorView,
  EditOutcome,
  LoginWays,
  Message,
  PageEditor,
  People,
  PreferenceChange,
  SessionOverview,
  SettingsForm,
  SettingsInput,
  SignInForm,
  SignInOutcome,
  SignIn,
  SignIns,
  WikiServices,
  Log,
} from './api/action.ts'
export { minorChange } from './api/page.ts'
export type { Attachment, Author, Change, ChangeAction, Page, PageReader, Revision } from './api/page.ts'
export type { EditLock, PageState, PageStore, SaveResult, PageChange } from './api/page-store.ts'
export type { RequestFacts } from './api/request-facts.ts'
export type { Reply } from './api/reply.ts'
export type { UploadedFile, WikiRequest } from './api/request.ts'
export type { Right, User, Permissions } from './api/user.ts'

// Macros
export { arg, inUnits } from './plugins/argument-kinds.ts'
export type { Numeric } from './plugins/argument-kinds.ts'
export { bindArguments } from './plugins/bind-arguments.ts'
export { defineMacro } from './plugins/define-macro.ts'
export { splitArguments } from './plugins/split-arguments.ts'
export { anchorName } from './markup/page-link.ts'
export { badMacroArgument } from './api/errors.ts'
export type { BoundArguments, Surplus } from './plugins/bind-arguments.ts'
export type { DefinedMacro, MacroDefinition } from './plugins/define-macro.ts'
export { ArgumentProblem } from './api/arguments.ts'
export type {
  Argument,
  ArgumentFacts,
  Arguments,
  ArgumentValues,
  FurtherArguments,
  Measure,
  SplitArguments,
  TextIn,
} from './api/arguments.ts'
export type { Schema, SchemaValues } from './api/schema.ts'
export type { Dependency, Heading, Included, Macro, MacroOutput, MacroPlugin } from './api/macro.ts'
export type {
  MacroFacts,
  MacroServices,
  PageHits,
  HitEvent,
  HighlighterFacts,
  SettingFacts,
  SystemFacts,
} from './api/macro-services.ts'
export type { Piece as SearchPiece, SearchAnswer, SearchOptions, SearchResult } from './api/search.ts'
export type { Formatter } from './api/formatter.ts'

// Other kinds of plugins
export { badParameter, badToken } from './api/api-errors.ts'
export { defineApiMethod } from './api/api-method.ts'
export { revisionMade } from './api/api-outcome.ts'
export type { ApiCall, ApiKind, ApiKinds, ApiParams, ApiPlugin, ApiTokens, ApiValues, PageInfo } from './api/api-method.ts'
export type { CommandOption, CommandPlugin, PluginCommandCall } from './api/command-plugin.ts'
export type { EventPlugin, FileToAttach, PageToSave, Refusal, WikiEvents } from './api/events.ts'
export type { FormatContext, FormattedPage, FormatterPlugin } from './api/formatter-plugin.ts'
export type { JobCall, JobPlugin } from './api/job.ts'
export type { PluginKind } from './api/plugin.ts'
export type { PluginSwitchboard, PluginView } from './api/plugin-view.ts'
export type {
  PreferenceField,
  PreferencesAnswer,
  PreferencesCall,
  PreferencesPlugin,
  PreferencesSent,
} from './api/preferences.ts'
export type { PreferenceTab, PreferenceFields } from './api/preference-tab.ts'
export type { Account, AccountBook, ToolSave, WikiTools } from './api/wiki-tools.ts'

// Themes
export type { LayoutModel, ThemePlugin, Link as LayoutLink } from './api/theme.ts'

// Configuration
export { defineFarm, defineWiki } from './farm/define.ts'
export type { SingleWikiSettings } from './farm/define.ts'
export type {
  AuthAccounts,
  AuthMethod,
  AuthRequest,
  LoginForm,
  LoginResult,
  LoginStep,
  LogoutResult,
  NewLogin,
  StepForm,
  StepInput,
} from './api/auth.ts'
export type { Identity, NewAccount, Taken, UserRecord, UserStore } from './api/user-store.ts'
export { HttpBasicAuth } from './users/auth/http-basic-auth.ts'
export type { HttpBasicOptions } from './users/auth/http-basic-auth.ts'
export { OpenIdAuth } from './users/auth/open-id-auth.ts'
export type { OpenIdOptions } from './users/auth/open-id-auth.ts'
export type { OpenIdProviderOptions } from './users/auth/open-id-provider.ts'
export { PasswordAuth } from './users/auth/password-auth.ts'
export { ProxyHeaderAuth } from './users/auth/proxy-header-auth.ts'
export type { ProxyHeaderOptions } from './users/auth/proxy-header-auth.ts'
export type { FarmSettings, HostSettings, WikiConfig, WikiSettings } from './api/config.ts'
