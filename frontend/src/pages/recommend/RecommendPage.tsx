export function RecommendPage() {
  return <h1 className="title">Recommend</h1>
}
