export function TestPage() {
  return <h1 className="title">Test</h1>
}
