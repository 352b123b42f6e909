//! Looks as lines of JSON: what `advance` remembers from run to run.

use super::decision::Verdict;
use super::fields::{Fields, number, written};
use super::look::{Look, Told};
use super::measurement::{Counts, Exposed, Measurement, Measurements, Reading};
use crate::delivery::stats::Moments;
use crate::model::Quantity;
use serde_json::{Map, Value, json};

/// Looks that were read, and where the file must be cut off before the next is written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Looks {
    /// The oldest first.
    pub looks: Vec<Look>,
    /// The bytes that are good; what stands behind was being written when its writer ended.
    pub good_bytes: usize,
}

/// Why a file of looks cannot be read: the number of the line, from 1, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedLook {
    /// From 1.
    pub line: usize,
    /// For people.
    pub message: String,
}

impl Looks {
    /// Reads a file of looks. A last line that was cut off is left out; any other that is no look is an error.
    pub fn read(text: &str) -> Result<Self, DamagedLook> {
        let mut read = Self::default();
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let is_whole = line.ends_with('\n');
            match Look::read(line) {
                Ok(look) if is_whole => read.looks.push(look),
                Err(message) if is_whole => {
                    let line = number.saturating_add(1);
                    return Err(DamagedLook { line, message });
                }
                // Without its end even a line that can be read may be a part of another.
                _ => break,
            }
            read.good_bytes = read.good_bytes.saturating_add(line.len());
        }
        Ok(read)
    }
}

impl Look {
    /// The look as one line.
    pub fn line(&self) -> String {
        let mut fields = Map::new();
        let mut add = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        add("time", written(self.time_ms));
        add("plan", json!(self.plan));
        add("stage", json!(self.stage));
        add("enteredAt", written(self.entered_at_ms));
        add("decision", json!(self.verdict.name()));
        if self.dry_run {
            add("dryRun", json!(true));
        }
        add("reasons", self.reasons.iter().map(Told::json).collect());
        if let Some(exposures) = &self.measurements.exposures {
            add("exposures", measurement(exposures, exposed));
        }
        let metrics = self.measurements.metrics.iter();
        let metrics: Map<String, Value> = metrics
            .map(|(name, read)| (name.clone(), measurement(read, reading)))
            .collect();
        add("metrics", Value::Object(metrics));
        format!("{}\n", Value::Object(fields))
    }

    /// Reads one line.
    pub fn read(line: &str) -> Result<Self, String> {
        let json: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let fields = Fields::of(&json, "a look")?;
        let metrics = Fields::of(fields.get("metrics")?, "`metrics`")?;
        let exposures = fields.0.get("exposures");
        let reasons = fields.get("reasons")?.as_array().ok_or("`reasons` is no list")?;
        let verdict = fields.text("decision")?;
        Ok(Self {
            time_ms: fields.moment("time")?,
            plan: fields.text("plan")?.to_owned(),
            stage: fields.text("stage")?.to_owned(),
            entered_at_ms: fields.moment("enteredAt")?,
            verdict: Verdict::parse(verdict).ok_or_else(|| format!("there is no decision `{verdict}`"))?,
            dry_run: fields.0.get("dryRun").is_some_and(|dry_run| dry_run == true),
            reasons: reasons.iter().map(told).collect::<Result<_, _>>()?,
            measurements: Measurements {
                exposures: exposures.map(|json| measured(json, read_exposed)).transpose()?,
                metrics: metrics
                    .0
                    .iter()
                    .map(|(name, json)| Ok((name.clone(), measured(json, read_reading)?)))
                    .collect::<Result<_, String>>()?,
            },
        })
    }
}

impl Told {
    fn json(&self) -> Value {
        let mut fields = Map::new();
        fields.insert("code".to_owned(), json!(self.code));
        if let Some(metric) = &self.metric {
            fields.insert("metric".to_owned(), json!(metric));
        }
        fields.insert("message".to_owned(), json!(self.message));
        Value::Object(fields)
    }
}

fn told(json: &Value) -> Result<Told, String> {
    let fields = Fields::of(json, "a reason")?;
    let metric = fields.0.get("metric").map(|_| fields.text("metric"));
    Ok(Told {
        code: fields.text("code")?.to_owned(),
        metric: metric.transpose()?.map(str::to_owned),
        message: fields.text("message")?.to_owned(),
    })
}

fn measurement<T>(measurement: &Measurement<T>, read: impl Fn(&T) -> Value) -> Value {
    match measurement {
        Measurement::Read(found) => read(found),
        Measurement::Missing => json!({ "missing": true }),
        Measurement::Failed(why) => json!({ "failed": why }),
    }
}

fn measured<T>(
    json: &Value,
    read: impl Fn(&Fields<'_>) -> Result<T, String>,
) -> Result<Measurement<T>, String> {
    let fields = Fields::of(json, "a measurement")?;
    if fields.0.contains_key("missing") {
        return Ok(Measurement::Missing);
    }
    if fields.0.contains_key("failed") {
        return Ok(Measurement::Failed(fields.text("failed")?.to_owned()));
    }
    read(&fields).map(Measurement::Read)
}

fn exposed(exposed: &Exposed) -> Value {
    let mut fields = Map::new();
    fields.insert("treatment".to_owned(), number(exposed.treatment));
    fields.insert("control".to_owned(), number(exposed.control));
    if let Some(both) = exposed.both {
        fields.insert("both".to_owned(), number(both));
    }
    fields.insert("until".to_owned(), written(exposed.until_ms));
    Value::Object(fields)
}

fn read_exposed(fields: &Fields<'_>) -> Result<Exposed, String> {
    let both = fields.0.get("both").map(|_| fields.number("both"));
    Ok(Exposed {
        treatment: fields.number("treatment")?,
        control: fields.number("control")?,
        both: both.transpose()?,
        until_ms: fields.moment("until")?,
    })
}

fn reading(reading: &Reading) -> Value {
    let mut fields = Map::new();
    for (arm, read) in [("treatment", &reading.treatment), ("control", &reading.control)] {
        if let Some(read) = read {
            fields.insert(arm.to_owned(), counts(read));
        }
    }
    fields.insert("until".to_owned(), written(reading.until_ms));
    if let Some(unit) = &reading.unit {
        fields.insert("unit".to_owned(), json!(unit));
    }
    Value::Object(fields)
}

fn read_reading(fields: &Fields<'_>) -> Result<Reading, String> {
    let arm = |name: &str| fields.0.get(name).map(read_counts).transpose();
    let unit = fields.0.get("unit").map(|_| fields.text("unit"));
    Ok(Reading {
        treatment: arm("treatment")?,
        control: arm("control")?,
        until_ms: fields.moment("until")?,
        unit: unit.transpose()?.map(str::to_owned),
    })
}

fn counts(counts: &Counts) -> Value {
    let numbers: Vec<(Quantity, f64)> = match *counts {
        Counts::Proportion { units, events } => vec![(Quantity::Total, units), (Quantity::Events, events)],
        Counts::Mean { units, values } => vec![
            (Quantity::Total, units),
            (Quantity::Sum, values.sum),
            (Quantity::Squares, values.squares),
        ],
        Counts::Ratio {
            units,
            numerators,
            denominators,
            products,
        } => vec![
            (Quantity::Total, units),
            (Quantity::Numerator, numerators.sum),
            (Quantity::NumeratorSquares, numerators.squares),
            (Quantity::Denominator, denominators.sum),
            (Quantity::DenominatorSquares, denominators.squares),
            (Quantity::Product, products),
        ],
    };
    let fields = numbers.into_iter();
    Value::Object(
        fields
            .map(|(quantity, value)| (quantity.name().to_owned(), number(value)))
            .collect(),
    )
}

fn read_counts(json: &Value) -> Result<Counts, String> {
    let fields = Fields::of(json, "an arm")?;
    let number = |quantity: Quantity| fields.number(quantity.name());
    let moments = |sum, squares| {
        Ok::<_, String>(Moments {
            sum: number(sum)?,
            squares: number(squares)?,
        })
    };
    let units = number(Quantity::Total)?;
    Ok(if fields.0.contains_key(Quantity::Events.name()) {
        let events = number(Quantity::Events)?;
        Counts::Proportion { units, events }
    } else if fields.0.contains_key(Quantity::Sum.name()) {
        let values = moments(Quantity::Sum, Quantity::Squares)?;
        Counts::Mean { units, values }
    } else {
        Counts::Ratio {
            units,
            numerators: moments(Quantity::Numerator, Quantity::NumeratorSquares)?,
            denominators: moments(Quantity::Denominator, Quantity::DenominatorSquares)?,
            products: number(Quantity::Product)?,
        }
    })
}
