import { useQuery } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { Code } from '@/components/code/Code'
import { Dot } from '@/components/lines-list/Lines'
import { Failure } from '@/components/states/Failure'
import { Later } from '@/components/states/Skeleton'
import styles from './DevelopersPage.module.css'
import { FIRST_BODY } from './examples'
import { shortened } from './shortened'

/** What this server answers to the call above, asked when the page opens. */
export function LiveAnswer() {
  const found = useQuery({ queryKey: ['first-call'], queryFn: ask })
  if (found.error)
    return <Failure error={found.error} what="The call could not be made." retry={() => found.refetch()} />
  if (!found.data) return <Later> </Later>
  return (
    <>
      <p className={`small soft num ${styles.live}`}>
        <Dot /> 200, {found.data.ms} ms. This server answered just now:
      </p>
      <Code label="Answer" copied={JSON.stringify(found.data.answer, null, 2)}>
        {shortened(found.data.answer)}
      </Code>
    </>
  )
}

async function ask() {
  const began = performance.now()
  const body = { ...FIRST_BODY, seeds: [...FIRST_BODY.seeds] }
  const answer = await data(api.POST('/v1/recommendations', { body: body as never }))
  return { answer, ms: Math.round(performance.now() - began) }
}
