import { ButtonLink } from '@/components/button/Button'
import { Empty } from '@/components/states/Empty'

export function NotFoundPage() {
  return (
    <Empty title="This leads nowhere" action={<ButtonLink to="/">To the start</ButtonLink>}>
      There is no page at this address.
    </Empty>
  )
}
