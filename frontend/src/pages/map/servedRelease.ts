import { asProblem } from '@/api/problem'

/** Answers to a release that is served no longer. */
const NOT_SERVED: readonly number[] = [404, 410]

/** Loads what belongs to the release that is served. When another release takes its place in between, the parts are no longer
 * there: everything is loaded once more, from the new one. */
export async function ofServedRelease<Named, Whole>(
  name: () => Promise<Named>,
  load: (named: Named) => Promise<Whole>,
): Promise<Whole> {
  const named = await name()
  try {
    return await load(named)
  } catch (error) {
    if (!NOT_SERVED.includes(asProblem(error).status)) throw error
    return load(await name())
  }
}
