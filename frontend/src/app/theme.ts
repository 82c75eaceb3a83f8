import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const shades = (...names: string[]) => names.map((name) => `var(--${name})`) as unknown as MantineColorsTuple

/** Mantine's theme in terms of our tokens, so that both schemes follow from tokens.css alone. */
export const theme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '13px', sm: '14px', md: '16px', lg: '18px', xl: '22px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.45', xl: '1.25' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '3px', sm: '8px', md: '14px', lg: '18px', xl: '999px' },
  defaultRadius: 'sm',
  breakpoints: { xs: '30em', sm: '56.25em', md: '56.25em', lg: '75em', xl: '90em' },
  colors: {
    ink: shades('page', 'sunken', 'line', 'edge', 'ink-3', 'ink-3', 'ink-2', 'ink-2', 'ink', 'ink'),
    needle: shades(...Array<string>(10).fill('needle')),
    red: shades(...Array<string>(10).fill('error')),
  },
  primaryColor: 'ink',
  primaryShade: { light: 9, dark: 9 },
  cursorType: 'pointer',
  respectReducedMotion: true,
})

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--mantine-color-body': 'var(--page)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-3)',
    '--mantine-color-placeholder': 'var(--ink-3)',
    '--mantine-color-error': 'var(--error)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-border': 'var(--edge)',
    '--mantine-color-anchor': 'var(--ink)',
    '--mantine-color-disabled': 'var(--sunken)',
    '--mantine-color-disabled-color': 'var(--ink-3)',
    '--mantine-color-disabled-border': 'var(--line)',
    '--mantine-shadow-md': 'var(--lift)',
  },
  light: {},
  dark: {},
})
