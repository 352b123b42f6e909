use super::Findings;
use super::metric::type_name;
use crate::clock;
use serde_json::{Value, json};
use tidegate::delivery::analyze::{Difference, Interval, MetricAnalysis, SideEstimate};

/// All findings, for machines.
pub(super) fn report(findings: &Findings<'_>) -> Value {
    let Findings {
        question,
        settings,
        joined,
        analysis,
    } = findings;
    let sides: Vec<Value> = analysis
        .sides
        .iter()
        .zip(&analysis.sample_ratio.designed)
        .map(|(side, designed)| {
            let stages = side.stages.iter();
            json!({
                "variant": side.variant,
                "arm": side.arm.name(),
                "units": side.units,
                "multipleExposures": side.multiple,
                "designed": designed,
                "stages": stages.map(|(stage, units)| json!({ "stage": stage, "units": units })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let segments: Vec<Value> = analysis
        .segments
        .iter()
        .map(|segment| {
            json!({
                "value": segment.value,
                "units": segment.units,
                "metrics": metrics(findings, &segment.metrics),
            })
        })
        .collect();
    let lines = &joined.lines;
    json!({
        "format": "tidegate-analyze",
        "flag": question.flag,
        "confidence": settings.confidence,
        "looks": analysis.looks_ms.iter().map(|look_ms| clock::written(*look_ms)).collect::<Vec<_>>(),
        "sides": sides,
        "sampleRatio": {
            "pValue": analysis.sample_ratio.p_value,
            "mismatch": analysis.sample_ratio.is_mismatch,
        },
        "metrics": metrics(findings, &analysis.metrics),
        "segment": question.segment,
        "segments": segments,
        "lines": {
            "all": lines.lines,
            "exposures": lines.exposures,
            "events": lines.events,
            "others": lines.others,
            "bad": lines.bad,
            "unexposed": lines.unexposed,
            "early": lines.early,
            "late": lines.late,
            "repeated": lines.repeated,
            "crowded": lines.crowded,
        },
        "badLines": joined.bad.iter().map(|bad| json!({
            "file": bad.file, "line": bad.line, "message": bad.message,
        })).collect::<Vec<_>>(),
    })
}

fn metrics(findings: &Findings<'_>, metrics: &[MetricAnalysis]) -> Vec<Value> {
    let asked = findings.question.metrics.iter();
    metrics
        .iter()
        .zip(asked)
        .map(|(metric, asked)| {
            let sides = metric.sides.iter().zip(&findings.analysis.sides);
            json!({
                "name": metric.name,
                "type": type_name(&asked.kind),
                "sides": sides.map(|(estimate, side)| side_json(&side.variant, estimate)).collect::<Vec<_>>(),
            })
        })
        .collect()
}

fn side_json(variant: &str, side: &SideEstimate) -> Value {
    let mut value = json!({ "variant": variant, "estimate": interval(side.estimate.as_ref()) });
    if let (Some(fields), Some(difference)) = (value.as_object_mut(), &side.difference) {
        let Difference {
            looks,
            lift,
            decision,
        } = difference;
        let last = looks.last().and_then(Option::as_ref);
        fields.insert("difference".into(), interval(last));
        fields.insert("lift".into(), interval(lift.as_ref()));
        fields.insert("decision".into(), json!(decision.name()));
        let looks = looks.iter().map(|look| interval(look.as_ref()));
        fields.insert("looks".into(), looks.collect());
    }
    value
}

fn interval(interval: Option<&Interval>) -> Value {
    interval.map_or(
        Value::Null,
        |Interval { value, low, high }| json!({ "value": value, "low": low, "high": high }),
    )
}
