use crate::engine::Arm;
use crate::snapshot::limits::UNIT_BYTES;
use std::borrow::Cow;

/// Bytes of the longest line.
pub(super) const LINE_BYTES: usize = 65_536;
/// Bytes of the longest name: of a flag, a variant, a stage, a metric, an attribute's value.
pub(super) const NAME_BYTES: usize = 256;
/// Beyond this, squares lose what differs.
const LARGEST_VALUE: f64 = 1e15;

/// What a line says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Line<'l> {
    Exposure(ExposureLine<'l>),
    Event(EventLine<'l>),
}

/// Somebody got a variant.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ExposureLine<'l> {
    pub(super) time_ms: i64,
    pub(super) flag: Cow<'l, str>,
    pub(super) variant: Cow<'l, str>,
    pub(super) arm: Arm,
    pub(super) stage: Option<Cow<'l, str>>,
    pub(super) unit: Cow<'l, str>,
    pub(super) by: Option<Cow<'l, str>>,
    /// The value of the one attribute that is asked for.
    pub(super) segment: Option<Cow<'l, str>>,
}

/// Somebody did something.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct EventLine<'l> {
    pub(super) time_ms: i64,
    pub(super) unit: Cow<'l, str>,
    pub(super) metric: Cow<'l, str>,
    pub(super) value: f64,
    pub(super) id: Option<Cow<'l, str>>,
}

/// Why a line counts for nothing.
pub(super) type Complaint = Cow<'static, str>;

/// The parts of a line as it was written, each as far as its type.
#[derive(Debug, Default)]
pub(super) struct Parts<'l> {
    pub(super) time_ms: Option<i64>,
    pub(super) flag: Option<Cow<'l, str>>,
    pub(super) variant: Option<Cow<'l, str>>,
    pub(super) arm: Option<Cow<'l, str>>,
    pub(super) stage: Option<Cow<'l, str>>,
    pub(super) unit: Option<Cow<'l, str>>,
    pub(super) by: Option<Cow<'l, str>>,
    pub(super) metric: Option<Cow<'l, str>>,
    pub(super) value: Option<f64>,
    pub(super) id: Option<Cow<'l, str>>,
    pub(super) segment: Option<Cow<'l, str>>,
}

impl<'l> Parts<'l> {
    /// What they come to, when all is there and in its range.
    pub(super) fn line(self) -> Result<Line<'l>, Complaint> {
        let time_ms = self.time_ms.ok_or("there is no `time`")?;
        let unit = self.unit.ok_or("there is no `unit`")?;
        if !(1..=UNIT_BYTES).contains(&unit.len()) {
            return Err(format!("the unit has {} bytes, expected 1 to {UNIT_BYTES}", unit.len()).into());
        }
        if let Some(metric) = self.metric {
            let value = self.value.unwrap_or(1.0);
            if value.is_nan() || value.abs() > LARGEST_VALUE {
                return Err(format!("the value is {value}, expected at most {LARGEST_VALUE:e}").into());
            }
            return Ok(Line::Event(EventLine {
                time_ms,
                unit,
                metric: name("metric", metric)?,
                value,
                id: self.id.map(|id| name("id", id)).transpose()?,
            }));
        }
        let Some(flag) = self.flag else {
            return Err("there is neither a `flag` nor a `metric`".into());
        };
        let arm = match self.arm.as_deref() {
            None | Some("none") => Arm::None,
            Some("treatment") => Arm::Treatment,
            Some("control") => Arm::Control,
            Some(_) => return Err("the arm is neither `treatment` nor `control`".into()),
        };
        Ok(Line::Exposure(ExposureLine {
            time_ms,
            flag: name("flag", flag)?,
            variant: name("variant", self.variant.ok_or("there is no `variant`")?)?,
            arm,
            stage: self.stage.map(|stage| name("stage", stage)).transpose()?,
            unit,
            by: self.by.map(|by| name("by", by)).transpose()?,
            segment: self.segment.map(|value| name("attribute", value)).transpose()?,
        }))
    }
}

fn name<'l>(what: &str, name: Cow<'l, str>) -> Result<Cow<'l, str>, Complaint> {
    match name.len() {
        1..=NAME_BYTES => Ok(name),
        length => Err(format!("the {what} has {length} bytes, expected 1 to {NAME_BYTES}").into()),
    }
}
