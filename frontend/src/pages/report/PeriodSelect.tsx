import { Select } from '@/components/select/Select'
import { periodChoices } from './period'

/** The time a report is about. */
export const PeriodSelect = ({ chosen, onChoose }: { chosen: string; onChoose: (period: string) => void }) => (
  <Select bar label="Songs liked in" options={periodChoices(new Date(), chosen)} value={chosen} onChange={onChoose} />
)
