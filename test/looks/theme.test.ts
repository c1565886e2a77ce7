import { describeTheme } from '../../core/testing/index.ts'

describeTheme('default')
