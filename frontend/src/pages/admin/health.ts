import type { Schemas } from '@/api/types'
import { capital, inWords } from '@/words/numbers'

type Service = Pick<Schemas['ServiceState'], 'name' | 'status'>

const answers = ({ status }: Service) => status === 'ready'

/** The finding, as a headline: "Four of five services answer". */
export function headline(services: readonly Service[]): string {
  const up = services.filter(answers).length
  const all = inWords(services.length)
  if (up === services.length) return `All ${all} services answer`
  return `${up ? capital(inWords(up)) : 'None'} of ${all} services answer${up === 1 ? 's' : ''}`
}

/** Names of the services that did not answer as ready. */
export const silentServices = (services: readonly Service[]): string[] =>
  services.filter((service) => !answers(service)).map(({ name }) => name)
