//! The measures for machines.

use crate::clock;
use serde_json::{Value, json};
use tidegate::delivery::dora::{Measured, Period, Spread};

pub(super) fn measures(measured: &[Measured], period: Period) -> Value {
    json!({
        "since": clock::written(period.from_ms),
        "until": clock::written(period.to_ms),
        "measures": measured.iter().map(of).collect::<Vec<_>>(),
    })
}

/// What cannot be computed is null, with the reason in `missing`.
fn of(measured: &Measured) -> Value {
    let measures = &measured.measures;
    json!({
        "environment": measured.environment,
        "since": clock::written(measured.period.from_ms),
        "until": clock::written(measured.period.to_ms),
        "releases": { "count": measures.releases, "perDay": measures.per_day },
        "leadTime": spread(measures.lead, &[("underWay", measures.under_way)]),
        "changeFailureRate": { "rate": measures.failure_rate(), "failed": measures.failed },
        "timeToRestore": spread(
            measures.restore,
            &[
                ("incidents", measures.incidents),
                ("lasting", measures.lasting),
                ("withoutRelease", measures.without_release),
            ],
        ),
        "timeToClose": spread(measures.close, &[]),
        "missing": super::text::missing(measures),
    })
}

fn spread(spread: Spread, more: &[(&str, usize)]) -> Value {
    let mut json = json!({ "medianMs": spread.median_ms, "count": spread.count });
    if let Some(fields) = json.as_object_mut() {
        fields.extend(
            more.iter()
                .map(|(name, count)| ((*name).to_owned(), json!(count))),
        );
    }
    json
}
