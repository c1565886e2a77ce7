import { register } from 'node:module'

/**
 * In an installed package Node itself loads the plugins of a test host, wherever they lie: it must be told what `servus serve` is told,
 * how to read TypeScript and what `servus` means. In a checkout the test runner knows both.
 */
if (import.meta.url.endsWith('.js')) {
  if (!('typescript' in process.features && process.features.typescript)) (await import('tsx/esm/api')).register()
  register('../../../bin/hooks.js', { parentURL: import.meta.url })
}
