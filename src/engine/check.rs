use super::{bucket, resource};
use crate::snapshot::{
    Condition, Cursor, Experiment, ExperimentArm, Flag, Hash, Literals, Prerequisite, Quantifier, Records,
    Rollout, Rule, Serve, Share, Snapshot, Split, SplitArm, Target, Window,
    limits::{self, weight},
};

/// Reads every record once, as the evaluator will, and says which flags can be evaluated.
///
/// A flag is readable when all of its record is understood, every number in it points at something, it says all that it
/// reads, the clock included, and neither its depth nor the steps that it can take pass the limits. What it refers to
/// stands before it, so there are no cycles.
pub(super) fn readable_flags(snapshot: &Snapshot) -> Vec<bool> {
    let (resources, segments, flags) = (snapshot.resources(), snapshot.segments(), snapshot.flags());
    let mut check = Check {
        resource_records: resources,
        flag_records: flags,
        attributes: snapshot.needs().len(),
        symbols: snapshot.symbol_count(),
        resources: vec![None; resources.len()],
        segments: Vec::with_capacity(segments.len()),
        segment_reads: Vec::new(),
        flags: Vec::with_capacity(flags.len()),
        reads: vec![0; snapshot.needs().len().div_ceil(64)],
    };
    let mut reached = 0;
    for (index, kind) in (0..).zip(&mut check.resources) {
        if resources.next_to(index, &mut reached).is_none() {
            *kind = Some(ResourceKind::Unreadable);
        }
    }
    let mut reached = 0;
    for index in 0..segments.len() as u32 {
        check.reads.fill(0);
        let record = segments.next_to(index, &mut reached);
        let cost = record.and_then(|record| check.segment(record));
        check.segments.push(cost);
        check.segment_reads.extend_from_slice(&check.reads);
    }
    let mut reached = 0;
    for index in 0..flags.len() as u32 {
        check.reads.fill(0);
        let record = flags.next_to(index, &mut reached);
        let cost = record.and_then(|record| check.flag(record));
        check.flags.push(cost);
    }
    check.flags.into_iter().map(|cost| cost.is_some()).collect()
}

struct Check<'a> {
    resource_records: Records<'a>,
    flag_records: Records<'a>,
    attributes: usize,
    symbols: usize,
    /// What each resource was found to be, once it was looked at.
    resources: Vec<Option<ResourceKind>>,
    segments: Vec<Option<Cost>>,
    /// The attributes that each segment reads, as many longs of bits as `reads` has.
    segment_reads: Vec<u64>,
    flags: Vec<Option<Cost>>,
    /// A bit for each attribute that the record in hand was seen to read.
    reads: Vec<u64>,
}

/// What an evaluation can come to at most.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    /// Steps, counted as [`limits::STEPS`] says.
    steps: u32,
    /// Segments within segments, or prerequisites of prerequisites.
    depth: u32,
    /// Is the clock read?
    timed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ResourceKind {
    Unreadable,
    Automaton,
    Versions,
    Networks,
    Listed,
    Hashed,
}

impl Cost {
    const STEP: Self = Self {
        steps: 1,
        depth: 0,
        timed: false,
    };

    fn add(&mut self, other: Self) -> Option<()> {
        self.steps = self
            .steps
            .checked_add(other.steps)
            .filter(|steps| *steps <= limits::STEPS)?;
        self.depth = self.depth.max(other.depth);
        self.timed |= other.timed;
        Some(())
    }

    fn step(&mut self) -> Option<()> {
        self.weigh(1)
    }

    fn weigh(&mut self, steps: u32) -> Option<()> {
        self.add(Self {
            steps,
            depth: 0,
            timed: false,
        })
    }
}

impl<'a> Check<'a> {
    fn segment(&mut self, record: &'a [u8]) -> Option<Cost> {
        let mut cursor = Cursor::new(record);
        let mut cost = self.condition(&mut cursor, 0)?;
        cost.depth += 1;
        (cursor.is_empty() && cost.depth <= limits::SEGMENT_DEPTH).then_some(cost)
    }

    fn flag(&mut self, record: &'a [u8]) -> Option<Cost> {
        let flag = Flag::read(record)?;
        let mut cost = Cost {
            timed: flag.disable_at.is_some() || flag.off_when_expired(),
            ..Cost::STEP
        };
        require(flag.bits_are_known() && flag.off_variant < flag.variants)?;
        require(usize::from(flag.variants) <= limits::VARIANTS)?;
        let mut prerequisites = flag.prerequisites;
        let (mut depth, mut count) = (0, 0);
        while !prerequisites.is_empty() {
            let Prerequisite {
                flag: number,
                variants: _,
            } = Prerequisite::read(&mut prerequisites)?;
            // An unreadable prerequisite is not met; it does not make this flag unreadable.
            if let Some(other) = *self.flags.get(number as usize)? {
                depth = depth.max(other.depth + 1);
                cost.add(Cost { depth: 0, ..other })?;
                let other = Flag::read(self.flag_records.at(number)?)?;
                require(other.attributes.len() <= flag.attributes.len())?;
                numbers(other.attributes).try_for_each(|attribute| self.attribute(attribute))?;
            }
            cost.step()?;
            count += 1;
        }
        require(count <= limits::PREREQUISITES)?;
        require(depth <= limits::PREREQUISITE_DEPTH)?;
        let mut targets = flag.targets;
        while !targets.is_empty() {
            let Target {
                variant,
                attribute,
                resource,
            } = Target::read(&mut targets)?;
            require(variant < flag.variants)?;
            self.attribute(attribute)?;
            self.resource(resource, ResourceKind::Listed)?;
            cost.step()?;
        }
        let (mut rules, mut count) = (flag.rules, 0);
        while !rules.is_empty() {
            let Rule {
                mut condition,
                mut serve,
            } = Rule::read(&mut rules)?;
            if !condition.is_empty() {
                cost.add(self.condition(&mut condition, 0)?)?;
            }
            self.serve(&mut serve, flag, &mut cost)?;
            require(condition.is_empty() && serve.is_empty())?;
            count += 1;
        }
        require(count <= limits::RULES)?;
        let mut default = flag.default;
        self.serve(&mut default, flag, &mut cost)?;
        require(default.is_empty())?;
        self.all_is_said(flag, cost)?;
        // Every name and value is there: `check` is the last to look, hosts only split.
        let texts = usize::from(flag.variants) * 2 + count + usize::from(flag.stages);
        let text = core::str::from_utf8(flag.text).ok()?;
        require(text.split('\0').count() == texts)?;
        Some(Cost { depth, ..cost })
    }

    /// Does a flag name each attribute that it was seen to read once, and say so when it reads the clock? Hosts give an
    /// evaluation no more than that.
    fn all_is_said(&mut self, flag: Flag<'a>, cost: Cost) -> Option<()> {
        let mut least = 0;
        for attribute in numbers(flag.attributes).map(usize::from) {
            require((least..self.attributes).contains(&attribute))?;
            least = attribute + 1;
            *self.reads.get_mut(attribute / 64)? &= !(1 << (attribute % 64));
        }
        require(self.reads.iter().all(|unsaid| *unsaid == 0))?;
        require(!cost.timed || flag.depends_on_time())
    }

    fn condition(&mut self, cursor: &mut Cursor<'a>, level: u32) -> Option<Cost> {
        require(level < limits::CONDITION_DEPTH)?;
        let mut cost = Cost::STEP;
        match Condition::read(cursor)? {
            Condition::Group { mut members, .. } => {
                while !members.is_empty() {
                    cost.add(self.condition(&mut members, level + 1)?)?;
                }
            }
            Condition::Segment(segment) => {
                let segment = segment as usize;
                cost.add((*self.segments.get(segment)?)?)?;
                let reads = self.segment_reads.get(segment.checked_mul(self.reads.len())?..)?;
                self.reads
                    .iter_mut()
                    .zip(reads)
                    .for_each(|(own, read)| *own |= read);
            }
            Condition::Percentage { hash, from, to } => {
                self.hash(&hash)?;
                require(from <= to && to <= bucket::BUCKETS)?;
            }
            Condition::Window(window) => moments(&window, &mut cost)?,
            Condition::In {
                attribute, literals, ..
            } => {
                self.attribute(attribute)?;
                self.literals(&literals)?;
            }
            Condition::List {
                attribute,
                quantifier,
                literals,
            } => {
                self.attribute(attribute)?;
                self.literals(&literals)?;
                cost.weigh(weight::LIST)?;
                if quantifier == Quantifier::AllOf {
                    let count = u32::try_from(literals.count()).ok()?;
                    cost.weigh(count.checked_mul(weight::LITERAL)?)?;
                }
            }
            Condition::Text {
                attribute,
                mut needles,
                ..
            } => {
                self.attribute(attribute)?;
                while !needles.is_empty() {
                    needles.sized()?;
                    cost.step()?;
                }
            }
            Condition::Pattern {
                attribute, resource, ..
            } => {
                self.attribute(attribute)?;
                self.resource(resource, ResourceKind::Automaton)?;
                cost.weigh(weight::PATTERN)?;
            }
            Condition::Version { attribute, resource } => {
                self.attribute(attribute)?;
                self.resource(resource, ResourceKind::Versions)?;
                cost.weigh(weight::VERSION)?;
            }
            Condition::Network { attribute, resource } => {
                self.attribute(attribute)?;
                self.resource(resource, ResourceKind::Networks)?;
            }
            Condition::Listed { attribute, resource } => {
                self.attribute(attribute)?;
                self.resource(resource, ResourceKind::Listed)?;
            }
            Condition::Hashed {
                attribute, resource, ..
            } => {
                self.attribute(attribute)?;
                self.resource(resource, ResourceKind::Hashed)?;
                cost.weigh(weight::DIGEST)?;
            }
            Condition::Compare { attribute, .. }
            | Condition::Moment { attribute, .. }
            | Condition::Exists { attribute }
            | Condition::Type { attribute, .. }
            | Condition::Size { attribute, .. } => self.attribute(attribute)?,
        }
        Some(cost)
    }

    fn serve(&mut self, cursor: &mut Cursor<'a>, flag: Flag<'a>, cost: &mut Cost) -> Option<()> {
        let known = |variant: u8| require(variant < flag.variants);
        match Serve::read(cursor)? {
            Serve::Variant(variant) => known(variant),
            Serve::Split(arms) => {
                let Split { hash, mut arms } = Split::read(cursor, arms)?;
                self.hash(&hash)?;
                let mut last = 0;
                while !arms.is_empty() {
                    let SplitArm { variant, end } = SplitArm::read(&mut arms)?;
                    known(variant)?;
                    require(last <= end)?;
                    last = end;
                    cost.step()?;
                }
                require(last == bucket::BUCKETS)
            }
            Serve::Rollout(bits) => {
                let Rollout {
                    hash,
                    from,
                    to,
                    stage,
                    window,
                    mut ring,
                    share,
                    ..
                } = Rollout::read(cursor, bits)?;
                self.hash(&hash)?;
                known(from)?;
                known(to)?;
                moments(&window, cost)?;
                require(stage.is_none_or(|stage| stage < flag.stages))?;
                if !ring.is_empty() {
                    cost.add(self.condition(&mut ring, 0)?)?;
                }
                require(ring.is_empty())?;
                match share {
                    Share::Fixed(share) => require(share <= bucket::BUCKETS),
                    Share::Ramp {
                        from,
                        to,
                        start,
                        end,
                        ceiling,
                    } => {
                        let window = Window {
                            from: Some(start),
                            to: Some(end),
                        };
                        moments(&window, cost)?;
                        require(start < end && end.checked_sub(start)? <= limits::RAMP_MS)?;
                        require(from.max(to).max(ceiling) <= bucket::BUCKETS)
                    }
                }
            }
            Serve::Experiment(bits) => self.experiment(Experiment::read(cursor, bits)?, flag, cost),
        }
    }

    fn experiment(&mut self, experiment: Experiment<'a>, flag: Flag<'a>, cost: &mut Cost) -> Option<()> {
        let known = |variant: u8| require(variant < flag.variants);
        self.hash(&experiment.hash)?;
        known(experiment.from)?;
        known(experiment.control)?;
        moments(&experiment.window, cost)?;
        let mut holdouts = experiment.holdouts;
        while !holdouts.is_empty() {
            self.hash(&Hash::read(&mut holdouts)?)?;
            require(holdouts.u32()? <= bucket::BUCKETS)?;
            cost.step()?;
        }
        if let Some((hash, from, to)) = experiment.layer {
            self.hash(&hash)?;
            require(from <= to && to <= bucket::BUCKETS)?;
        }
        let mut arms = experiment.arms;
        while !arms.is_empty() {
            let ExperimentArm {
                variant,
                lane,
                enrolled,
            } = ExperimentArm::read(&mut arms)?;
            known(variant)?;
            require(lane.0 <= enrolled.0 && enrolled.0 <= enrolled.1 && enrolled.1 <= lane.1)?;
            require(lane.1 <= bucket::BUCKETS)?;
            cost.step()?;
        }
        Some(())
    }

    fn hash(&mut self, hash: &Hash<'_>) -> Option<()> {
        require(bucket::is_known(hash) && hash.is_well_formed())?;
        self.attribute(hash.attribute)
    }

    fn attribute(&mut self, attribute: u16) -> Option<()> {
        let attribute = usize::from(attribute);
        require(attribute < self.attributes)?;
        *self.reads.get_mut(attribute / 64)? |= 1 << (attribute % 64);
        Some(())
    }

    fn literals(&self, literals: &Literals<'_>) -> Option<()> {
        let symbols = 1..=self.symbols;
        require(
            literals.booleans < 4
                && literals
                    .symbols
                    .iter()
                    .all(|symbol| symbols.contains(&(symbol as usize))),
        )
    }

    fn resource(&mut self, index: u32, wanted: ResourceKind) -> Option<()> {
        let known = self.resources.get_mut(index as usize)?;
        if known.is_none() {
            let bytes = self.resource_records.at(index)?;
            let sound = match wanted {
                ResourceKind::Automaton => resource::automaton(bytes).is_some_and(|(_, table)| table.check()),
                ResourceKind::Versions => resource::versions(bytes).is_some_and(|range| range.check()),
                ResourceKind::Networks => resource::networks(bytes).is_some_and(|networks| networks.check()),
                ResourceKind::Listed => resource::listed(bytes).is_some(),
                ResourceKind::Hashed => resource::hashed(bytes).is_some(),
                ResourceKind::Unreadable => false,
            };
            *known = Some(if sound { wanted } else { ResourceKind::Unreadable });
        }
        require(*known == Some(wanted))
    }
}

/// Little-endian 16-bit numbers.
fn numbers(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair))
}

/// Do the ends of a window lie where ECMAScript's dates lie?
fn moments(window: &Window, cost: &mut Cost) -> Option<()> {
    cost.timed |= window.from.is_some() || window.to.is_some();
    let fits =
        |end: Option<i64>| end.is_none_or(|end| end.unsigned_abs() <= limits::MOMENT_MS.unsigned_abs());
    require(fits(window.from) && fits(window.to))
}

fn require(holds: bool) -> Option<()> {
    holds.then_some(())
}
