//! Regular expressions to the tables that the engine walks.
//!
//! The syntax is RE2's, as regex-syntax parses it: no look-around but anchors and word boundaries, no
//! back-references. `.`, `[^a]` and `\p{…}` mean code points; `\d`, `\w`, `\s` and `\b` are ASCII.

mod ascii;
mod table;

use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::hir::translate::TranslatorBuilder;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir};
use std::fmt;

/// How deep groups and classes may be nested in a pattern.
const MAX_NESTING: u32 = 100;

const PATTERN_ADVICE: &str = "use fewer or smaller counted repetitions and Unicode classes, or split the pattern into several conditions";
const NEEDLES_ADVICE: &str = "split the list into several conditions below `any`";

/// Why a pattern was refused, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PatternError {
    /// Byte offset into the pattern; none when the pattern as a whole is at fault.
    pub(crate) offset: Option<usize>,
    pub(crate) message: String,
}

impl PatternError {
    fn at(span: &regex_syntax::ast::Span, message: &dyn fmt::Display) -> Self {
        Self {
            offset: Some(span.start.offset),
            message: message.to_string(),
        }
    }

    fn whole(message: String) -> Self {
        Self {
            offset: None,
            message,
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            Some(offset) => write!(formatter, "{} (at byte {offset} of the pattern)", self.message),
            None => formatter.write_str(&self.message),
        }
    }
}

/// Compiles a regular expression to the table of [`crate::engine`]'s automaton, at most 64 KiB.
///
/// With `ignore_case` an ASCII letter stands for both its cases; `(?i)` inside the pattern folds by Unicode.
pub(crate) fn compile_pattern(pattern: &str, ignore_case: bool) -> Result<Vec<u8>, PatternError> {
    table::build(&parse(pattern, ignore_case)?, PATTERN_ADVICE)
}

/// Compiles literal texts to a table that finds any of them; the work grows with their total length.
///
/// With `ignore_case` an ASCII letter stands for both its cases.
pub(crate) fn compile_needles(needles: &[&str], ignore_case: bool) -> Result<Vec<u8>, PatternError> {
    let texts = needles
        .iter()
        .map(|needle| literal(needle, ignore_case))
        .collect();
    table::build(&Hir::alternation(texts), NEEDLES_ADVICE)
}

fn parse(pattern: &str, ignore_case: bool) -> Result<Hir, PatternError> {
    let parsed = ParserBuilder::new()
        .nest_limit(MAX_NESTING)
        .build()
        .parse(pattern);
    let mut ast = parsed.map_err(|error| PatternError::at(error.span(), error.kind()))?;
    ascii::rewrite(&mut ast, ignore_case);
    let translated = TranslatorBuilder::new().build().translate(pattern, &ast);
    translated.map_err(|error| PatternError::at(error.span(), error.kind()))
}

fn literal(text: &str, ignore_case: bool) -> Hir {
    if !ignore_case {
        return Hir::literal(text.as_bytes());
    }
    let either = |letter: char| {
        let cases = [letter.to_ascii_lowercase(), letter.to_ascii_uppercase()];
        Hir::class(Class::Unicode(ClassUnicode::new(
            cases.map(|case| ClassUnicodeRange::new(case, case)),
        )))
    };
    Hir::concat(text.chars().map(either).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::engine::automaton::Automaton;
    use proptest::prelude::*;
    use regex_automata::dfa::{Automaton as _, dense};
    use regex_automata::nfa::thompson;

    fn finds_in(table: &[u8], haystack: &str) -> bool {
        let automaton = Automaton::read(table).unwrap();
        assert!(automaton.check());
        automaton.finds(haystack.as_bytes())
    }

    fn finds(pattern: &str, haystack: &str) -> bool {
        finds_in(&compile_pattern(pattern, false).unwrap(), haystack)
    }

    fn finds_folded(pattern: &str, haystack: &str) -> bool {
        finds_in(&compile_pattern(pattern, true).unwrap(), haystack)
    }

    /// What regex-automata's own search says of an expression.
    fn reference(expression: &Hir) -> impl Fn(&str) -> bool + use<> {
        let utf8 = expression.properties().is_utf8();
        let nfa = thompson::Compiler::new()
            .configure(thompson::Config::new().utf8(utf8))
            .build_from_hir(expression)
            .unwrap();
        let dfa = dense::Builder::new().build_from_nfa(&nfa).unwrap();
        move |haystack| {
            dfa.try_search_fwd(&regex_automata::Input::new(haystack))
                .unwrap()
                .is_some()
        }
    }

    const PATTERNS: [&str; 40] = [
        "",
        "^",
        "$",
        "^$",
        "a",
        "^a",
        "a$",
        "^a$",
        "a|b",
        "^(?:a|bc)$",
        "(?:)",
        "a*",
        "^a*$",
        "a+b",
        "a?b{2,3}",
        ".",
        "^.$",
        "^.{2}$",
        "[^a]",
        "^[^a]*$",
        "[a-cé-ü]",
        "^[日本]+$",
        "😀",
        r"\x{1F600}",
        r"\b",
        r"\B",
        r"\ba",
        r"a\b",
        r"\Ba\B",
        r"\bfoo\b|\bbar\b",
        r"\d+",
        r"^\w+$",
        r"^\W+$",
        r"\s",
        r"[^\s\d]",
        r"\p{Lu}",
        r"^\P{Greek}+$",
        "(?i)straße",
        "(?m)^b$",
        "(?s)a.b",
    ];

    const HAYSTACKS: [&str; 30] = [
        "",
        "a",
        "b",
        "A",
        "aa",
        "ab",
        "abb",
        "bc",
        "xbcx",
        "b\na\nb",
        "a\nb",
        "é",
        "aéa",
        "éé",
        "日",
        "日本",
        "日x",
        "😀",
        "a😀b",
        "foo",
        "foo bar",
        "xfoo",
        "foobar",
        "7",
        "٣",
        "_",
        " ",
        "\u{B}",
        "STRASSE straße",
        "Ωmega",
    ];

    #[test]
    fn tables_agree_with_regex_automata() {
        for pattern in PATTERNS {
            for ignore_case in [false, true] {
                let expression = parse(pattern, ignore_case).unwrap();
                let (table, reference) = (
                    table::build(&expression, PATTERN_ADVICE).unwrap(),
                    reference(&expression),
                );
                for haystack in HAYSTACKS {
                    assert_eq!(
                        finds_in(&table, haystack),
                        reference(haystack),
                        "{pattern:?} in {haystack:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_search_is_unanchored_unless_it_says_otherwise() {
        assert!(finds("b+c", "abbcd"));
        assert!(!finds("^b+c", "abbcd"));
        assert!(!finds("b+c$", "abbcd"));
        assert!(finds("", "") && finds("", "x") && finds("^$", "") && !finds("^$", "x"));
        assert!(!finds("^b", "a\nb") && finds("(?m)^b", "a\nb"));
        assert!(!finds("a$", "a\n"), "only the very end of the text");
    }

    #[test]
    fn dots_and_negated_classes_are_code_points() {
        for one in ["^.$", "^[^a]$", r"^\P{Greek}$", r"^\D$", r"^\W$", r"^\S$"] {
            assert!(finds(one, "é") && finds(one, "日") && finds(one, "😀"), "{one}");
            assert!(!finds(one, "éé"), "{one}");
        }
        assert!(!finds(".", "\n") && finds("(?s).", "\n"));
    }

    #[test]
    fn perl_classes_and_boundaries_are_ascii() {
        assert!(finds(r"^\d$", "7") && !finds(r"\d", "٣") && !finds(r"[\d]", "٣"));
        assert!(finds(r"^\w$", "_") && !finds(r"\w", "é") && !finds(r"[\w-]", "é") && finds(r"^[\W]$", "é"));
        assert!(finds(r"\s", "\t") && !finds(r"\s", "\u{A0}") && !finds(r"\s", "\u{B}"));
        assert!(finds(r"\bcaf\b", "café") && finds(r"a\b", "aé") && finds(r"\Bé", " é"));
        assert!(!finds(r"\B", "aéa"), "a boundary of code points, not of bytes");
        assert!(
            finds(r"\B$|x", "aéa x"),
            "the search goes on behind a code point that it may not split"
        );
        assert!(!finds(r"(?i)\w", "\u{17F}") && finds("(?i)s", "\u{17F}"));
    }

    #[test]
    fn ignore_case_folds_ascii_letters_only() {
        assert!(finds_folded("^kelvin$", "KELvin") && !finds_folded("^kelvin$", "\u{212A}elvin"));
        assert!(
            finds("(?i)^kelvin$", "\u{212A}elvin"),
            "but the flag in the pattern is Unicode's"
        );
        assert!(!finds_folded("é", "É") && finds_folded("^É[x-z]$", "ÉY"));
        assert!(!finds_folded("[^a]", "A") && !finds_folded("[^A]", "a") && finds_folded("[^a]", "b"));
        assert!(finds_folded("^[Y-b]{6}$", "YZabyB"));
        assert!(
            finds_folded(r"^\p{Lu}$", "a") && !finds_folded(r"\P{Lu}", "a") && !finds_folded(r"\p{Lu}", "é")
        );
        assert!(finds_folded(r"^[\p{Ll}]$", "A") && !finds_folded(r"[^\p{Ll}]", "A"));
        assert!(finds_folded("^[[:upper:]]$", "a") && !finds_folded("[[:^lower:]]", "A"));
        assert!(!finds_folded("[a-z&&[^k]]", "K"));
    }

    #[test]
    fn needles_are_found_anywhere() {
        let table = compile_needles(&["he", "she", "hers", "日本", "a.c"], false).unwrap();
        for hit in ["he", "xshey", "日本語", "a.c"] {
            assert!(finds_in(&table, hit), "{hit}");
        }
        for miss in ["", "h", "HE", "日", "abc"] {
            assert!(!finds_in(&table, miss), "{miss}");
        }
        let folded = compile_needles(&["Ab\u{e9}"], true).unwrap();
        assert!(finds_in(&folded, "xaB\u{e9}") && !finds_in(&folded, "ab\u{c9}"));
        assert!(finds_in(&compile_needles(&["x", ""], true).unwrap(), ""));
        assert!(!finds_in(&compile_needles(&[], true).unwrap(), "anything"));
    }

    #[test]
    fn what_cannot_be_compiled_names_its_place() {
        let refusal = |pattern| compile_pattern(pattern, false).unwrap_err();
        assert_eq!(
            refusal("ab(?=c)").to_string(),
            "look-around, including look-ahead and look-behind, is not supported (at byte 2 of the pattern)"
        );
        assert_eq!(
            refusal(r"(a)\1").to_string(),
            "backreferences are not supported (at byte 3 of the pattern)"
        );
        for (pattern, offset) in [
            ("a(b", 1),
            ("é[z-a]", 3),
            (r"x\p{Klingon}", 1),
            (r"(?-u)\xFF", 5),
            ("(?-u:.)", 5),
        ] {
            assert_eq!(refusal(pattern).offset, Some(offset), "{pattern}");
        }
        assert!(compile_pattern(&"(".repeat(200), false).is_err());
        assert!(compile_pattern(&format!("{}a{}", "(".repeat(101), ")".repeat(101)), false).is_err());
    }

    #[test]
    fn what_is_too_large_says_how_large() {
        for pattern in [
            r"^\p{L}{3}$",
            "[ab]*a[ab]{20}",
            r"\p{L}{100}",
            "((a{100}){100}){100}",
        ] {
            let error = compile_pattern(pattern, false).unwrap_err();
            assert_eq!(error.offset, None);
            assert!(error.message.contains("65536"), "{error}");
            assert!(error.message.ends_with(PATTERN_ADVICE), "{error}");
        }
    }

    #[test]
    fn too_many_needles_say_to_split_the_list() {
        let needles: Vec<String> = (0..400)
            .map(|number| format!("{:012}", number * 7_777_777_777_u64))
            .collect();
        let needles: Vec<&str> = needles.iter().map(String::as_str).collect();
        let error = compile_needles(&needles, false).unwrap_err();
        assert!(error.message.ends_with(NEEDLES_ADVICE), "{error}");
    }

    #[test]
    fn usual_patterns_have_small_tables() {
        let size = |pattern| compile_pattern(pattern, false).unwrap().len();
        assert_eq!(size(""), 260);
        assert!(size(r"^[\w.+-]+@[\w-]+\.[\w.-]+$") < 400);
        assert!(size(r"^(\d{1,3}\.){3}\d{1,3}$") < 400);
        assert!(size(r"^\p{L}+$") < 60_000);
        assert_eq!(
            compile_needles(&["foo"], false).unwrap(),
            compile_pattern("foo", false).unwrap()
        );
        assert_eq!(size("aa*|a+b?"), size("a"), "tables are minimal");
    }

    const ASCII_ATOMS: &str =
        r"a b K s . [^a] \d \D \w \W \s \b \B ^ $ [[:upper:]] [^[:lower:]\d] [\w-] [^\W] (?i) (?m) (?s) (?:)";
    const UNICODE_ATOMS: &str = r"é 日 😀 [a-cé] [^é] \p{Thai} \P{Thai} [\wé] [^\p{Thai}x]";

    fn pattern_text(atoms: &[&'static str]) -> impl Strategy<Value = String> + use<> {
        let atoms: Vec<&str> = atoms.iter().flat_map(|atoms| atoms.split(' ')).collect();
        let atom = proptest::sample::select(atoms).prop_map(String::from);
        atom.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 1..5).prop_map(|parts| parts.concat()),
                proptest::collection::vec(inner.clone(), 1..4)
                    .prop_map(|parts| format!("(?:{})", parts.join("|"))),
                (
                    inner,
                    proptest::sample::select(vec!["*", "+", "?", "{2}", "{1,3}"])
                )
                    .prop_map(|(part, count)| format!("(?:{part}){count}")),
            ]
        })
    }

    fn text(letters: &'static str) -> impl Strategy<Value = String> {
        let letters: Vec<char> = letters.chars().collect();
        proptest::collection::vec(proptest::sample::select(letters), 0..10)
            .prop_map(|text| text.into_iter().collect())
    }

    proptest! {
        #[test]
        fn any_pattern_agrees_with_regex_automata(
            pattern in pattern_text(&[ASCII_ATOMS, UNICODE_ATOMS]),
            ignore_case in any::<bool>(),
            haystacks in proptest::collection::vec(text("abkAKsS7_ éก日😀\n\u{17F}\u{212A}"), 1..20),
        ) {
            let expression = parse(&pattern, ignore_case).unwrap();
            let table = table::build(&expression, PATTERN_ADVICE);
            prop_assume!(table.is_ok(), "too large");
            let (table, reference) = (table.unwrap(), reference(&expression));
            for haystack in haystacks {
                prop_assert_eq!(finds_in(&table, &haystack), reference(&haystack), "{:?} in {:?}", pattern, haystack);
            }
        }

        /// Within ASCII the rewritten pattern must mean what regex-syntax means without Unicode.
        #[test]
        fn ascii_meanings_are_those_of_regex_syntax(
            pattern in pattern_text(&[ASCII_ATOMS]),
            ignore_case in any::<bool>(),
            haystacks in proptest::collection::vec(text("abkAKsS7_ -\n"), 1..20),
        ) {
            let mut translator = TranslatorBuilder::new();
            translator.unicode(false).utf8(false).case_insensitive(ignore_case);
            let ast = ParserBuilder::new().build().parse(&pattern).unwrap();
            let reference = reference(&translator.build().translate(&pattern, &ast).unwrap());
            let table = compile_pattern(&pattern, ignore_case).unwrap();
            for haystack in haystacks {
                prop_assert_eq!(finds_in(&table, &haystack), reference(&haystack), "{:?} in {:?}", pattern, haystack);
            }
        }

        #[test]
        fn needles_agree_with_str_contains(
            needles in proptest::collection::vec(text("abé日"), 0..5),
            haystack in text("abé日"),
        ) {
            let needles: Vec<&str> = needles.iter().map(String::as_str).collect();
            let expected = needles.iter().any(|needle| haystack.contains(needle));
            prop_assert_eq!(finds_in(&compile_needles(&needles, false).unwrap(), &haystack), expected);
            let lower = needles.iter().any(|needle| haystack.contains(needle));
            prop_assert_eq!(finds_in(&compile_needles(&needles, true).unwrap(), &haystack.to_ascii_uppercase()), lower);
        }
    }
}
