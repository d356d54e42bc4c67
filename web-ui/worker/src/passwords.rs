//! Stretching passwords and judging them.

use crate::entry::Answer;
use crate::messages::{Reply, Strength, StretchedBytes, TaskFailure};
use protocol::account::PasswordKdf;
use zeroize::Zeroize;
use zxcvbn::feedback::{Suggestion, Warning};

/// Argon2id. Takes some tenths of a second and 64 MiB, which is why it happens here; the page replaces the worker
/// afterwards, so that the memory is given back.
pub fn stretch(mut password: String, kdf: &PasswordKdf) -> Answer {
    let stretched = vault::password::stretch_password(&password, kdf);
    password.zeroize();
    let stretched = stretched.map_err(|_| TaskFailure::Stretch)?;
    Ok((
        Reply::Stretched(StretchedBytes(stretched.to_bytes().to_vec())),
        Vec::new(),
    ))
}

/// zxcvbn, with what the person is known by counted as guessable.
pub fn strength(mut password: String, also: &[String]) -> (Reply, Vec<js_sys::ArrayBuffer>) {
    let also: Vec<&str> = also.iter().map(String::as_str).collect();
    let judged = zxcvbn::zxcvbn(&password, &also);
    password.zeroize();
    let feedback = judged.feedback();
    let strength = Strength {
        score: u8::from(judged.score()),
        warning: feedback
            .and_then(|feedback| feedback.warning())
            .map(|warning| warning_code(warning).to_owned()),
        suggestions: feedback
            .map(|feedback| {
                feedback
                    .suggestions()
                    .iter()
                    .map(|tip| suggestion_code(*tip).to_owned())
                    .collect()
            })
            .unwrap_or_default(),
    };
    (Reply::Strength(strength), Vec::new())
}

fn warning_code(warning: Warning) -> &'static str {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess => "straight-row",
        Warning::ShortKeyboardPatternsAreEasyToGuess => "keyboard-pattern",
        Warning::RepeatsLikeAaaAreEasyToGuess => "repeats",
        Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => "repeated-group",
        Warning::ThisIsATop10Password => "top-ten",
        Warning::ThisIsATop100Password => "top-hundred",
        Warning::ThisIsACommonPassword => "common",
        Warning::ThisIsSimilarToACommonlyUsedPassword => "similar-to-common",
        Warning::SequencesLikeAbcAreEasyToGuess => "sequence",
        Warning::RecentYearsAreEasyToGuess => "recent-year",
        Warning::AWordByItselfIsEasyToGuess => "single-word",
        Warning::DatesAreOftenEasyToGuess => "date",
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess => "single-name",
        Warning::CommonNamesAndSurnamesAreEasyToGuess => "common-name",
    }
}

fn suggestion_code(suggestion: Suggestion) -> &'static str {
    match suggestion {
        Suggestion::UseAFewWordsAvoidCommonPhrases => "use-a-few-words",
        Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters => "no-need-for-symbols",
        Suggestion::AddAnotherWordOrTwo => "add-words",
        Suggestion::CapitalizationDoesntHelpVeryMuch => "capitals-help-little",
        Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase => "all-capitals",
        Suggestion::ReversedWordsArentMuchHarderToGuess => "reversed-words",
        Suggestion::PredictableSubstitutionsDontHelpVeryMuch => "predictable-substitutions",
        Suggestion::UseALongerKeyboardPatternWithMoreTurns => "longer-pattern",
        Suggestion::AvoidRepeatedWordsAndCharacters => "avoid-repeats",
        Suggestion::AvoidSequences => "avoid-sequences",
        Suggestion::AvoidRecentYears => "avoid-recent-years",
        Suggestion::AvoidYearsThatAreAssociatedWithYou => "avoid-own-years",
        Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => "avoid-own-dates",
    }
}
