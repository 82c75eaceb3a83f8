/** Which part of the results is shown. */
export type Shown = 'all' | 'songs' | 'artists' | 'liked'

export const SHOWN: readonly { value: Shown; name: string }[] = [
  { value: 'all', name: 'All' },
  { value: 'songs', name: 'Songs' },
  { value: 'artists', name: 'Artists' },
  { value: 'liked', name: 'Liked' },
]

export const shownOf = (given: string | undefined): Shown => SHOWN.find(({ value }) => value === given)?.value ?? 'all'
