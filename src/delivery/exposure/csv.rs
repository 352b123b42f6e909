use super::line::{Complaint, Line, Parts};
use super::moment;
use csv_core::{ReadRecordResult, Reader};
use std::borrow::Cow;

/// Where a file of comma-separated values has what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    columns: Vec<Column>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Time,
    Flag,
    Variant,
    Arm,
    Stage,
    Unit,
    By,
    Metric,
    Value,
    Id,
    Segment,
    Other,
}

/// Takes lines apart, one at a time: a line break ends a field, whatever quotes say.
#[derive(Debug)]
pub(super) struct Fields {
    reader: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Header {
    /// Reads the names of columns. An attribute's is `attributes.country`.
    pub(super) fn read(line: &[u8], attribute: Option<&str>) -> Result<Self, Complaint> {
        let mut fields = Fields::default();
        let mut columns = Vec::new();
        for name in fields.split(line)? {
            columns.push(match name {
                "time" => Column::Time,
                "flag" => Column::Flag,
                "variant" => Column::Variant,
                "arm" => Column::Arm,
                "stage" => Column::Stage,
                "unit" => Column::Unit,
                "by" => Column::By,
                "metric" => Column::Metric,
                "value" => Column::Value,
                "id" => Column::Id,
                _ if attribute.is_some_and(|asked| name.strip_prefix("attributes.") == Some(asked)) => {
                    Column::Segment
                }
                _ => Column::Other,
            });
        }
        let has = |column| columns.contains(&column);
        if !has(Column::Time) || !has(Column::Unit) || !(has(Column::Flag) || has(Column::Metric)) {
            return Err(
                "the first line does not name the columns `time`, `unit`, and `flag` or `metric`".into(),
            );
        }
        Ok(Self { columns })
    }

    /// Reads a line.
    pub(super) fn line<'l>(&self, text: &[u8], fields: &'l mut Fields) -> Result<Line<'l>, Complaint> {
        let mut parts = Parts::default();
        let mut count = 0;
        let mut columns = self.columns.iter();
        for field in fields.split(text)? {
            count += 1;
            let Some(column) = columns.next() else { continue };
            // What is empty is not there.
            if field.is_empty() {
                continue;
            }
            let text = Some(Cow::Borrowed(field));
            match column {
                Column::Time => {
                    let moment = match field.parse() {
                        Ok(moment_ms) => moment::from_millis(moment_ms),
                        Err(_) => moment::from_text(field),
                    };
                    parts.time_ms = Some(moment?);
                }
                Column::Flag => parts.flag = text,
                Column::Variant => parts.variant = text,
                Column::Arm => parts.arm = text,
                Column::Stage => parts.stage = text,
                Column::Unit => parts.unit = text,
                Column::By => parts.by = text,
                Column::Metric => parts.metric = text,
                Column::Value => {
                    let value = field.parse::<f64>();
                    parts.value = Some(value.map_err(|_| "the value is not a number")?);
                }
                Column::Id => parts.id = text,
                Column::Segment => parts.segment = text,
                Column::Other => {}
            }
        }
        if count != self.columns.len() {
            return Err(format!("the line has {count} fields, expected {}", self.columns.len()).into());
        }
        parts.line()
    }
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            reader: Reader::new(),
            text: Vec::new(),
            ends: Vec::new(),
        }
    }
}

impl Fields {
    fn split<'f>(&'f mut self, line: &[u8]) -> Result<impl Iterator<Item = &'f str>, Complaint> {
        self.reader.reset();
        // A field takes no more room than it was written in.
        self.text.resize(line.len() + 1, 0);
        self.ends.resize(line.len() + 2, 0);
        let (read, _, mut written, mut ended) = self.reader.read_record(line, &mut self.text, &mut self.ends);
        if read == ReadRecordResult::InputEmpty {
            let text = self.text.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(ended..).unwrap_or_default();
            let (_, _, more, ends) = self.reader.read_record(&[], text, ends);
            written += more;
            ended += ends;
        }
        let text = std::str::from_utf8(self.text.get(..written).unwrap_or_default())
            .map_err(|_| "the line is not UTF-8")?;
        let ends = self.ends.get(..ended).unwrap_or_default();
        Ok(ends.iter().scan(0, move |start, end| {
            let field = text.get(*start..*end);
            *start = *end;
            field
        }))
    }
}
