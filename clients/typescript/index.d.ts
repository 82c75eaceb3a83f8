/** Types of Segue's JSON API. `paths` fits openapi-fetch; the names below are what most programs need. */
import type { components } from './schema'

export type { components, operations, paths } from './schema'

type Schemas = components['schemas']

/** POST /v1/recommendations: what to start from, and what is wished. */
export type RecommendationRequest = Schemas['RecommendationRequest']
export type Seed = Schemas['Seed']
export type Filters = Schemas['Filters']
export type Targets = Schemas['Targets']
export type Dials = Schemas['Dials']
/** Its answer, and that of every other route with a list of songs. */
export type Recommendations = Schemas['Recommendations']
export type Recommended = Schemas['Recommended']
export type Track = Schemas['Track']
export type Features = Schemas['Features']
/** GET /v1/search. */
export type SearchPage = Schemas['SearchPage']
