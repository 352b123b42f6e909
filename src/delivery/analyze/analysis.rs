use super::comparing::{self, Decision, Interval};
use super::settings::{AnalyzeError, Kind, Settings};
use super::sides::{self, SampleRatio, Side};
use crate::delivery::exposure::{Group, Joined, Look, Question};
use crate::delivery::stats::{Alpha, Sequence, Stratum, Sums, TUNED_AT_UNITS};
use std::collections::BTreeSet;

/// What joined logs say.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// The control first, then the others by name.
    pub sides: Vec<Side>,
    /// Do the sides have as many units as they were designed to get?
    pub sample_ratio: SampleRatio,
    /// In the order in which they were asked for.
    pub metrics: Vec<MetricAnalysis>,
    /// By the value of the attribute that was asked for.
    pub segments: Vec<Segment>,
    /// When each look was, in epoch milliseconds.
    pub looks_ms: Vec<i64>,
}

/// What a metric came to.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricAnalysis {
    /// The metric's name.
    pub name: String,
    /// By side.
    pub sides: Vec<SideEstimate>,
}

/// One side of a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct SideEstimate {
    /// Where its value lies; nothing before there are two units.
    pub estimate: Option<Interval>,
    /// How it differs from the control; nothing of the control itself.
    pub difference: Option<Difference>,
}

/// How a side differs from the control.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// In the metric's own unit, at each look.
    pub looks: Vec<Option<Interval>>,
    /// Relative to the control, at the last one.
    pub lift: Option<Interval>,
    /// What the last one says.
    pub decision: Decision,
}

/// Units with one value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// The value; units without it have none.
    pub value: Option<String>,
    /// By side.
    pub units: Vec<u64>,
    /// In the order in which they were asked for, at the last look alone.
    pub metrics: Vec<MetricAnalysis>,
}

/// Compares every side with the control, at every look.
pub fn analyze(joined: &Joined, question: &Question, settings: &Settings) -> Result<Analysis, AnalyzeError> {
    let sides = sides::of(joined, settings)?;
    let metrics = question.metrics.len().max(1);
    let alpha = Alpha::of_confidence(settings.confidence)?;
    // Both ends of every interval, of every metric and side.
    let comparisons = 2 * metrics * (sides.len() - 1);
    let sequence = Sequence::new(alpha.split(comparisons)?, TUNED_AT_UNITS)?;
    let sample_ratio = sides::ratio(&sides, settings)?;
    let comparing = Comparing {
        joined,
        question,
        settings,
        sides: &sides,
        is_mismatch: sample_ratio.is_mismatch,
    };
    let looks = joined.looks_ms.len();
    let metrics = comparing.metrics(&sequence, looks, |group, look| group.looks.get(look))?;
    let values: BTreeSet<&Option<String>> = joined
        .groups
        .iter()
        .flat_map(|group| group.segments.iter().map(|(value, _)| value))
        .collect();
    let mut segments = Vec::new();
    for value in &values {
        let split = Sequence::new(alpha.split(comparisons * values.len())?, TUNED_AT_UNITS)?;
        let of = |group: &'_ Group| {
            let mut segments = group.segments.iter();
            segments
                .find(|(other, _)| other == *value)
                .map(|(_, look)| look.clone())
        };
        let units = |side: &Side| {
            let groups = joined.groups.iter().filter(|group| side.has(group));
            groups.filter_map(of).map(|look| look.units).sum()
        };
        segments.push(Segment {
            value: (*value).clone(),
            units: sides.iter().map(units).collect(),
            metrics: comparing.metrics(&split, 1, |group, _| {
                let mut segments = group.segments.iter();
                segments.find(|(other, _)| other == *value).map(|(_, look)| look)
            })?,
        });
    }
    Ok(Analysis {
        sample_ratio,
        metrics,
        segments,
        looks_ms: joined.looks_ms.clone(),
        sides,
    })
}

/// What every comparison needs.
struct Comparing<'a> {
    joined: &'a Joined,
    question: &'a Question,
    settings: &'a Settings,
    sides: &'a [Side],
    is_mismatch: bool,
}

impl Comparing<'_> {
    fn metrics<'g>(
        &'g self,
        sequence: &Sequence,
        looks: usize,
        at: impl Fn(&'g Group, usize) -> Option<&'g Look>,
    ) -> Result<Vec<MetricAnalysis>, AnalyzeError> {
        (0..self.question.metrics.len())
            .map(|metric| self.metric(metric, sequence, looks, &at))
            .collect()
    }

    fn metric<'g>(
        &'g self,
        metric: usize,
        sequence: &Sequence,
        looks: usize,
        at: &impl Fn(&'g Group, usize) -> Option<&'g Look>,
    ) -> Result<MetricAnalysis, AnalyzeError> {
        let last = looks.saturating_sub(1);
        let harm = self.settings.harms.get(metric).copied().flatten();
        let mut sides = Vec::new();
        for (number, side) in self.sides.iter().enumerate() {
            let mine = self.stages(side, metric, last, at)?;
            let stages: Vec<Sums> = mine.into_iter().map(|(_, sums)| sums).collect();
            let difference = match (number, self.sides.first()) {
                (1.., Some(control)) => Some(self.difference(side, control, metric, sequence, looks, at)?),
                _ => None,
            };
            sides.push(SideEstimate {
                estimate: comparing::estimate(&stages, sequence),
                difference: difference.map(|(looks, lift)| Difference {
                    decision: match self.is_mismatch {
                        true => Decision::SampleRatio,
                        false => Decision::of(looks.last().and_then(Option::as_ref), harm),
                    },
                    looks,
                    lift,
                }),
            });
        }
        let name = self
            .question
            .metrics
            .get(metric)
            .map(|metric| metric.name.clone());
        Ok(MetricAnalysis {
            name: name.unwrap_or_default(),
            sides,
        })
    }

    fn difference<'g>(
        &'g self,
        side: &Side,
        control: &Side,
        metric: usize,
        sequence: &Sequence,
        looks: usize,
        at: &impl Fn(&'g Group, usize) -> Option<&'g Look>,
    ) -> Result<(Vec<Option<Interval>>, Option<Interval>), AnalyzeError> {
        let mut found = Vec::new();
        let mut lift = None;
        for look in 0..looks {
            let mine = self.stages(side, metric, look, at)?;
            let theirs = self.stages(control, metric, look, at)?;
            let strata: Vec<Stratum> = mine
                .iter()
                .filter_map(|(stage, treatment)| {
                    let (_, control) = theirs.iter().find(|(other, _)| other == stage)?;
                    Some(Stratum {
                        treatment: *treatment,
                        control: *control,
                    })
                })
                .collect();
            found.push(comparing::difference(&strata, sequence));
            lift = comparing::lift(&strata, sequence);
        }
        Ok((found, lift))
    }

    /// A side's sums by stage.
    fn stages<'g>(
        &'g self,
        side: &Side,
        metric: usize,
        look: usize,
        at: &impl Fn(&'g Group, usize) -> Option<&'g Look>,
    ) -> Result<Vec<(Option<&'g str>, Sums)>, AnalyzeError> {
        let Some(asked) = self.question.metrics.get(metric) else {
            return Ok(Vec::new());
        };
        self.joined
            .groups
            .iter()
            .filter(|group| side.has(group))
            .filter_map(|group| Some((group, at(group, look)?)))
            .map(|(group, look)| match look.sums(metric, &asked.kind) {
                Ok(sums) => Ok((group.stage.as_deref(), sums)),
                Err(error) => {
                    let what = format!("`{}` of `{}`", asked.name, group.variant);
                    Err(Kind::Impossible { what, error }.into())
                }
            })
            .collect()
    }
}
