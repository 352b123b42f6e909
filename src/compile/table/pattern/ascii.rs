//! Gives a parsed pattern its ASCII meanings, before regex-syntax translates it with its Unicode ones.

use regex_syntax::ast::{
    Assertion, AssertionKind, Ast, ClassAscii, ClassAsciiKind, ClassBracketed, ClassPerlKind, ClassSet,
    ClassSetItem, ClassSetRange, ClassSetUnion, ClassUnicode, Flag, Flags, FlagsItem, FlagsItemKind, Group,
    GroupKind, Literal, LiteralKind, Span,
};
use regex_syntax::hir::HirKind;
use regex_syntax::hir::translate::Translator;
use std::ops::RangeInclusive;

/// Makes `\d \w \s` and word boundaries ASCII and, with `ignore_case`, adds the other case of ASCII letters.
///
/// Letters are folded here and not in the translated expression because there `[^a]` is already every code
/// point but `a`, which would gain the `a` back from `A`.
pub(super) fn rewrite(ast: &mut Ast, ignore_case: bool) {
    match ast {
        Ast::Empty(_) | Ast::Flags(_) | Ast::Dot(_) => {}
        Ast::Literal(literal) => {
            if ignore_case && literal.c.is_ascii_alphabetic() {
                let item = both_cases(
                    ClassSetItem::Literal((**literal).clone()),
                    literal.span,
                    literal.c..=literal.c,
                );
                *ast = Ast::ClassBracketed(Box::new(bracketed(literal.span, false, item)));
            }
        }
        Ast::Assertion(assertion) => {
            if is_word_boundary(assertion) {
                *ast = without(Flag::Unicode, assertion.span, Ast::Assertion(assertion.clone()));
            }
        }
        Ast::ClassPerl(class) => {
            // `(?i)` must not carry `\w` beyond ASCII: U+017F and U+212A fold to `s` and `k`.
            let ascii = perl(class.span, &class.kind, class.negated);
            *ast = without(
                Flag::CaseInsensitive,
                class.span,
                Ast::ClassBracketed(Box::new(ascii)),
            );
        }
        Ast::ClassUnicode(class) => {
            if ignore_case {
                *ast = Ast::ClassBracketed(Box::new(unicode(class)));
            }
        }
        Ast::ClassBracketed(class) => rewrite_set(&mut class.kind, ignore_case),
        Ast::Repetition(repetition) => rewrite(&mut repetition.ast, ignore_case),
        Ast::Group(group) => rewrite(&mut group.ast, ignore_case),
        Ast::Alternation(alternation) => alternation
            .asts
            .iter_mut()
            .for_each(|ast| rewrite(ast, ignore_case)),
        Ast::Concat(concat) => concat.asts.iter_mut().for_each(|ast| rewrite(ast, ignore_case)),
    }
}

fn rewrite_set(set: &mut ClassSet, ignore_case: bool) {
    match set {
        ClassSet::Item(item) => rewrite_item(item, ignore_case),
        ClassSet::BinaryOp(operation) => {
            rewrite_set(&mut operation.lhs, ignore_case);
            rewrite_set(&mut operation.rhs, ignore_case);
        }
    }
}

fn rewrite_item(item: &mut ClassSetItem, ignore_case: bool) {
    match item {
        ClassSetItem::Perl(class) => {
            *item = ClassSetItem::Bracketed(Box::new(perl(class.span, &class.kind, class.negated)));
        }
        ClassSetItem::Bracketed(class) => rewrite_set(&mut class.kind, ignore_case),
        ClassSetItem::Union(union) => union
            .items
            .iter_mut()
            .for_each(|item| rewrite_item(item, ignore_case)),
        ClassSetItem::Literal(literal) if ignore_case => {
            let (span, letters) = (literal.span, literal.c..=literal.c);
            *item = both_cases(item.clone(), span, letters);
        }
        ClassSetItem::Range(range) if ignore_case => {
            let (span, letters) = (range.span, range.start.c..=range.end.c);
            *item = both_cases(item.clone(), span, letters);
        }
        ClassSetItem::Unicode(class) if ignore_case => {
            *item = ClassSetItem::Bracketed(Box::new(unicode(class)));
        }
        ClassSetItem::Ascii(class) if ignore_case => {
            if matches!(class.kind, ClassAsciiKind::Upper | ClassAsciiKind::Lower) {
                class.kind = ClassAsciiKind::Alpha;
            }
        }
        ClassSetItem::Empty(_)
        | ClassSetItem::Literal(_)
        | ClassSetItem::Range(_)
        | ClassSetItem::Ascii(_)
        | ClassSetItem::Unicode(_) => {}
    }
}

fn is_word_boundary(assertion: &Assertion) -> bool {
    match assertion.kind {
        AssertionKind::StartLine
        | AssertionKind::EndLine
        | AssertionKind::StartText
        | AssertionKind::EndText => false,
        AssertionKind::WordBoundary
        | AssertionKind::NotWordBoundary
        | AssertionKind::WordBoundaryStart
        | AssertionKind::WordBoundaryEnd
        | AssertionKind::WordBoundaryStartAngle
        | AssertionKind::WordBoundaryEndAngle
        | AssertionKind::WordBoundaryStartHalf
        | AssertionKind::WordBoundaryEndHalf => true,
    }
}

/// RE2's `\d`, `\s` and `\w`: its `\s` has no vertical tab, so it is not `[[:space:]]`.
fn perl(span: Span, kind: &ClassPerlKind, negated: bool) -> ClassBracketed {
    let ascii = |kind| {
        ClassSetItem::Ascii(ClassAscii {
            span,
            kind,
            negated: false,
        })
    };
    let item = match kind {
        ClassPerlKind::Digit => ascii(ClassAsciiKind::Digit),
        ClassPerlKind::Word => ascii(ClassAsciiKind::Word),
        ClassPerlKind::Space => {
            let spaces = ['\t', '\n', '\x0C', '\r', ' '];
            union(
                span,
                spaces
                    .map(|space| ClassSetItem::Literal(literal(span, space)))
                    .into(),
            )
        }
    };
    bracketed(span, negated, item)
}

/// `\p{…}` and, when it holds ASCII letters, the other case of each.
///
/// A class that regex-syntax does not know stays as it is: the translation reports it.
fn unicode(class: &ClassUnicode) -> ClassBracketed {
    let plain = ClassUnicode {
        negated: false,
        ..class.clone()
    };
    let mut items = vec![ClassSetItem::Unicode(plain.clone())];
    let translated = Translator::new().translate("", &Ast::ClassUnicode(Box::new(plain)));
    if let Ok(HirKind::Class(regex_syntax::hir::Class::Unicode(ranges))) =
        translated.as_ref().map(|hir| hir.kind())
    {
        for range in ranges.ranges() {
            items.extend(other_cases(class.span, &(range.start()..=range.end())));
        }
    }
    bracketed(class.span, class.negated, union(class.span, items))
}

fn both_cases(item: ClassSetItem, span: Span, letters: RangeInclusive<char>) -> ClassSetItem {
    let mut items = other_cases(span, &letters);
    items.push(item);
    union(span, items)
}

/// The other case of the ASCII letters in a range of code points.
fn other_cases(span: Span, letters: &RangeInclusive<char>) -> Vec<ClassSetItem> {
    let overlap = |first: char, last: char, swap: fn(&char) -> char| {
        let (start, end) = (first.max(*letters.start()), last.min(*letters.end()));
        let swapped = |letter| literal(span, swap(&letter));
        (start <= end).then(|| {
            ClassSetItem::Range(ClassSetRange {
                span,
                start: swapped(start),
                end: swapped(end),
            })
        })
    };
    let upper = overlap('a', 'z', char::to_ascii_uppercase);
    let lower = overlap('A', 'Z', char::to_ascii_lowercase);
    upper.into_iter().chain(lower).collect()
}

fn literal(span: Span, c: char) -> Literal {
    Literal {
        span,
        kind: LiteralKind::Verbatim,
        c,
    }
}

fn union(span: Span, items: Vec<ClassSetItem>) -> ClassSetItem {
    ClassSetItem::Union(ClassSetUnion { span, items })
}

fn bracketed(span: Span, negated: bool, item: ClassSetItem) -> ClassBracketed {
    ClassBracketed {
        span,
        negated,
        kind: ClassSet::Item(item),
    }
}

/// `(?-flag:…)`.
fn without(flag: Flag, span: Span, ast: Ast) -> Ast {
    let items = [FlagsItemKind::Negation, FlagsItemKind::Flag(flag)].map(|kind| FlagsItem { span, kind });
    let kind = GroupKind::NonCapturing(Flags {
        span,
        items: items.into(),
    });
    Ast::Group(Box::new(Group {
        span,
        kind,
        ast: Box::new(ast),
    }))
}
