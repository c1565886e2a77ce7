import type { ThemePlugin } from 'servus'

export const label = 'Servus'
export const stylesheets = ['servus.css'] satisfies ThemePlugin['stylesheets']
export const scripts = ['servus.js'] satisfies ThemePlugin['scripts']
