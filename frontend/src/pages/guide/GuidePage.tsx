export function GuidePage() {
  return <h1 className="title">Guide</h1>
}
