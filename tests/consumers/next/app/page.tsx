import { families } from "@klingkit/spec/families";

export default function Page() {
  return <p>{Object.keys(families).length} families</p>;
}
