/** An error answer of the API (RFC 9457), or a request that got no answer: status 0. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly requestId: string | null
  readonly retryAfterS: number | null
  /** Which field of the body was refused and why, by its path ("password"). */
  readonly fields: Readonly<Record<string, string>>

  constructor(body: ProblemBody, status: number, retryAfterS: number | null = null) {
    super(body.detail || body.title || 'The request failed')
    this.status = status
    this.code = body.code ?? 'unknown'
    this.title = body.title ?? 'The request failed'
    this.requestId = body.request_id ?? null
    this.retryAfterS = retryAfterS
    this.fields = fieldsOf(body)
  }

  get offline(): boolean {
    return this.status === 0
  }
}

interface ProblemBody {
  title?: string
  detail?: string
  code?: string
  request_id?: string
  errors?: { at: string; message: string }[]
}

function fieldsOf(body: ProblemBody): Record<string, string> {
  const named = (body.errors ?? []).map((error) => [error.at.replace(/^body\./, ''), error.message])
  return Object.fromEntries(named)
}

export const noAnswer = () =>
  new Problem({ title: 'No answer', detail: 'The server cannot be reached.', code: 'no_answer' }, 0)

/** The problem that an error answer describes; answers that are not problem documents get one of their status. */
export async function problemOf(response: Response): Promise<Problem> {
  const body: ProblemBody = await response.json().catch(() => ({}))
  const wait = Number(response.headers.get('retry-after'))
  const titled = body.title ? body : { ...body, title: `The server answered ${response.status}` }
  return new Problem(titled, response.status, Number.isFinite(wait) && wait > 0 ? wait : null)
}

export const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem({ title: 'The page failed', detail: String(error), code: 'page' }, -1)
