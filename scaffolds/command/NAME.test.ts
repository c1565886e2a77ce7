import { expect, it } from 'vitest'
import { isOwn } from './NAME.ts'

it('leaves out the pages that come with the program', () => {
  expect(['FrontPage', 'HelpOnMacros'].filter(isOwn)).toEqual(['FrontPage'])
})
