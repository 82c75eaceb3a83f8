import type { Schemas } from '@/api/types'

type Service = Pick<Schemas['ServiceState'], 'name' | 'status'>

const NUMBERS = ['None', 'One', 'Two', 'Three', 'Four', 'Five', 'Six']
const answers = ({ status }: Service) => status === 'ready'

/** The finding, as a headline: "Four of five services answer". */
export function headline(services: readonly Service[]): string {
  const up = services.filter(answers).length
  const all = NUMBERS[services.length] ?? String(services.length)
  if (up === services.length) return `All ${all.toLowerCase()} services answer`
  return `${NUMBERS[up] ?? up} of ${all.toLowerCase()} services answer${up === 1 ? 's' : ''}`
}

/** Names of the services that did not answer as ready. */
export const silentServices = (services: readonly Service[]): string[] =>
  services.filter((service) => !answers(service)).map(({ name }) => name)
