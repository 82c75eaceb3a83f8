import { useMediaQuery } from '@mantine/hooks'

/** The one step of the layout. */
const WIDE = '(min-width: 900px)'
export const useWide = () => useMediaQuery(WIDE, true, { getInitialValueInEffect: false }) ?? true
