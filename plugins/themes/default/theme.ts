import type { ThemePlugin } from 'servus'

export const label = 'Servus'
export const stylesheets = ['servus.css'] as const
export const scripts = ['servus.js'] as const

const _contract: ThemePlugin = { label, stylesheets, scripts }
void _contract
