import type { Schemas } from '@/api/types'
import { DataTable } from '@/components/layout/DataTable'
import { Dot } from '@/components/lines-list/Lines'

type Service = Schemas['ServiceState']

const STATES = { ready: ['good', 'up'], unready: ['warn', 'not ready'], unreachable: ['bad', 'no answer'] } as const

/** Health of the services as they answered just now. */
export function Services({ services }: { services: readonly Service[] }) {
  return (
    <DataTable
      caption="Health of the services"
      rows={services}
      keyOf={({ name }) => name}
      columns={[
        { heading: 'Service', cell: ({ name }) => name },
        {
          heading: 'State',
          cell: ({ status }) => (
            <>
              <Dot state={STATES[status][0]} />
              {STATES[status][1]}
            </>
          ),
        },
        { heading: 'Depends on', cell: (service) => checksOf(service) },
        {
          heading: 'Answered within',
          short: 'Answered within',
          cell: ({ response_ms }) => (response_ms === null ? '' : `${response_ms.toFixed(1)} ms`),
        },
      ]}
    />
  )
}

const checksOf = ({ checks = {} }: Service): string =>
  Object.entries(checks)
    .map(([name, said]) => (said === 'ok' ? name : `${name}: ${said}`))
    .join(', ')
