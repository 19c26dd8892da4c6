import { messages } from "./messages";
import type { Shared } from "./shared";

/** Every size in figures; a click chooses one. */
export function SizeTable({ size, format, chosen, onChoose, answer }: Shared & { answer: number }) {
  const { columns } = size;
  const texts = messages.table;
  const money = columns.profit !== undefined;
  return (
    <section class="section" id="sizes" aria-labelledby="sizes-title">
      <div class="section-head">
        <div>
          <h2 id="sizes-title">
            {texts.title} <span class="count">{columns.people.length}</span>
          </h2>
          {money && <p class="lead">{texts.whose_travel}</p>}
        </div>
      </div>
      <div class="card table-wrap" tabIndex={0} role="region" aria-label={texts.label}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{texts.people}</th>
              {[
                texts.utilization,
                texts.work,
                texts.range,
                texts.balance,
                texts.travel,
                texts.km,
                texts.visits,
              ]
                .concat(money ? [texts.sales, texts.people_cost, texts.travel_cost, texts.profit] : [])
                .map((text) => (
                  <th key={text} scope="col" class="number">
                    {text}
                  </th>
                ))}
            </tr>
          </thead>
          <tbody>
            {columns.people.map((people, i) => (
              <tr
                key={people}
                class={people === chosen ? "chosen-row" : undefined}
                onClick={() => {
                  onChoose(people);
                }}
              >
                <th scope="row">
                  {people}
                  {people === answer && <span class="tag">{messages.profit.best}</span>}
                </th>
                <td class="number">
                  <span class={columns.utilization[i] > 1 ? "pill loud" : "pill"}>
                    {format.percent(columns.utilization[i])}
                  </span>
                </td>
                <td class="number">{format.whole(columns.workload_hours_each[i])}</td>
                <td class="number muted">
                  {format.whole(columns.workload_hours_least[i])}–
                  {format.whole(columns.workload_hours_most[i])}
                </td>
                <td class="number">±{format.percent(columns.balance[i])}</td>
                <td class="number">{format.whole(columns.travel_hours[i])}</td>
                <td class="number">{format.whole(columns.travel_km[i])}</td>
                <td class="number">{columns.visits_a_day[i].toFixed(1)}</td>
                {money && (
                  <>
                    <td class="number">{format.whole(columns.sales![i])}</td>
                    <td class="number">{format.whole(columns.cost_of_people![i])}</td>
                    <td class="number">{format.whole(columns.cost_of_travel![i])}</td>
                    <td class="number">{format.whole(columns.profit![i])}</td>
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
