import { useState } from 'react'
import { asProblem, type Problem } from '@/api/problem'
import type { FieldFault } from './ErrorSummary'

interface FormState {
  busy: boolean
  faults: readonly FieldFault[]
  problem: Problem | null
}

/** The state of a form that is sent once at a time: what the page found wrong, or what the server answered. */
export function useForm() {
  const [state, setState] = useState<FormState>({ busy: false, faults: [], problem: null })

  /** Sends unless there are faults; true when it worked. */
  async function submit(faults: readonly (FieldFault | null)[], send: () => Promise<unknown>): Promise<boolean> {
    const found = faults.filter((fault) => fault !== null)
    setState({ busy: found.length === 0, faults: found, problem: null })
    if (found.length > 0) return false
    try {
      await send()
      setState({ busy: false, faults: [], problem: null })
      return true
    } catch (error) {
      setState({ busy: false, faults: [], problem: asProblem(error) })
      return false
    }
  }

  const faultOf = (field: string) => state.faults.find((fault) => fault.field === field)?.text
  return { ...state, submit, faultOf }
}

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/
/** The server has the last word; this catches slips of the pen. */
export const emailFault = (field: string, email: string): FieldFault | null =>
  ADDRESS.test(email.trim()) ? null : { field, text: 'Enter a full address, such as ada@example.com.' }

export const emptyFault = (field: string, value: string, text: string): FieldFault | null =>
  value.trim() ? null : { field, text }
