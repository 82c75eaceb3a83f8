/** What a list is made of, as typed search parameters of the page. */
export interface RecommendSearch {
  seeds?: string
}

export const recommendSearch = (given: Record<string, unknown>): RecommendSearch =>
  typeof given.seeds === 'string' && given.seeds ? { seeds: given.seeds } : {}
