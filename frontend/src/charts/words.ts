/** Figures of charts in words. */
export const percent = (share: number): string => `${Math.round(100 * share)}%`
export const times = (lift: number): string => `${lift.toFixed(1)}×`

/** The bounds of an interval as whole numbers: "31 to 38". */
export const bounds = ([low, high]: readonly number[]): string => `${Math.round(low ?? 0)} to ${Math.round(high ?? 0)}`

/** A number with so many decimals, or a dash where there is none. */
export const figure = (value: number | null | undefined, decimals = 0): string =>
  value === null || value === undefined ? '–' : value.toFixed(decimals)
