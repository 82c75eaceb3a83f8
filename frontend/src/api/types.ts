import type { components } from './schema'

/** The wire types by their names in the public contract. */
export type Schemas = components['schemas']
export type Track = Schemas['Track']
export type Artist = Schemas['Artist']
export type Recommended = Schemas['Recommended']
export type Recommendations = Schemas['Recommendations']
export type RecommendationRequest = Schemas['RecommendationRequest']
export type Reason = Schemas['Reason']
export type Person = Schemas['Person']
export type Mode = Schemas['Mode']
export type Report = Schemas['Report']
export type Features = Schemas['Features']
export type OpinionKind = 'like' | 'dislike' | 'never' | 'neutral'
