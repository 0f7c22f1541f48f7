//! Puts a region together from its sections, in the order of the file format.

use crate::columns::{heading_twice, unknown_field};
use crate::keys;
use crate::read::{Node, Reader, Section, contradiction_help, other_label};
use crate::region::{Files, GroupingChoice, YearBy};
use crate::source::Mark;
use crate::window::{Window, window};
use crate::words::{
    COMPARE_WITH, ENCODINGS, FUND_SHARE_METHODS, GROUP_KINDS, MODES, PRICING_METHODS, REMAINDERS, YEAR_BY,
};
use crate::{
    Diagnostic, adjust, alliance, budgets, clearing, codes, coefficients, deviation, fields, funds, methods, support,
};
use dianzhi_core::{
    Auxiliary, CompareWith, Decimal, FundShare, FundShareMethod, PLACES_MAX, Policy, Pool, Pricing, PricingMethod,
    Remainder, Rounding, RoundingMode, Text,
};
use jiff::civil::Date;
use std::collections::BTreeMap;
use toml::de::DeValue;

/// What a region file says.
pub(crate) struct Built {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) year_start: Date,
    pub(crate) year_end: Date,
    pub(crate) year_by: YearBy,
    pub(crate) window: Window,
    pub(crate) files: Files,
    pub(crate) grouping: GroupingChoice,
    pub(crate) columns: BTreeMap<String, String>,
    pub(crate) policy: Policy,
    pub(crate) marks: BTreeMap<String, Mark>,
}

/// What the file says on the reader's day; `None` only where something was noted in the reader.
pub(crate) fn read(reader: &mut Reader<'_>, root: &Section<'_>) -> Option<Built> {
    let section = reader.section(root, "region", keys::REGION);
    let code = reader.text(&section, "code");
    let name = reader.text(&section, "name");
    let year_start = reader.date(&section, "year_start");
    let year_end = reader.date(&section, "year_end");
    let year_by = reader.word(&section, "year_by", YEAR_BY).unwrap_or_default();
    if let (Some(start), Some(end)) = (year_start, year_end) {
        year(reader, start, end);
    }
    let window = window(reader, &section);
    let files = files(reader, root);
    let grouping = grouping(reader, root, files.as_ref());
    let columns = columns(reader, root);
    let policy = policy(reader, root, files.as_ref(), year_start.zip(year_end));
    if let Some(files) = &files {
        clearing::caps(reader, files, &policy);
    }
    reader.breaches(policy.breaches());
    reader.name_pools(&policy.pools);
    Some(Built {
        code: code?,
        name: name?,
        year_start: year_start?,
        year_end: year_end?,
        year_by,
        window,
        files: files?,
        grouping,
        columns,
        policy,
        marks: std::mem::take(&mut reader.marks),
    })
}

fn year(reader: &mut Reader<'_>, start: Date, end: Date) {
    if end >= start {
        reader.year = Some((start, end));
        reader.day = reader.day.or(Some(start));
        return;
    }
    let text = Text::new(
        format!("保险年度的末日 {end} 早于首日 {start}"),
        format!("the insurance year ends on {end}, before it starts on {start}"),
    );
    let help = Text::new("改正首日或末日", "correct the first or the last day");
    let diagnostic = Diagnostic::error(codes::P108.id, text, help)
        .at(reader.place_near("region.year_end"))
        .also(
            reader.place_near("region.year_start"),
            Text::new("首日", "the first day"),
        );
    reader.refuse("region.year_end", diagnostic);
}

fn files(reader: &mut Reader<'_>, root: &Section<'_>) -> Option<Files> {
    let section = reader.section(root, "files", keys::FILES);
    let patterns = reader.list(&section, "claims");
    if patterns.as_ref().is_some_and(Vec::is_empty) {
        let text = Text::new("files.claims 是空列表", "files.claims is an empty list");
        let help = Text::new(
            "至少写一个文件或通配，例如：claims = [\"claims-*.csv\"]",
            "name at least one file or pattern, for example: claims = [\"claims-*.csv\"]",
        );
        let place = reader.place_near("files.claims");
        reader.refuse("files.claims", Diagnostic::error(codes::P106.id, text, help).at(place));
    }
    let claims = patterns.map(|patterns| {
        let texts = patterns.into_iter();
        let texts = texts.filter_map(|(key, node)| reader.text_of(&key, node, "claims = [\"claims.csv\"]"));
        texts.collect()
    });
    let encoding = reader.word(&section, "encoding", ENCODINGS);
    let groups = reader.text(&section, "groups");
    let hospitals = reader.text(&section, "hospitals");
    let prepayments = reader.text(&section, "prepayments");
    let prices = reader.text(&section, "prices");
    let caps = reader.text(&section, "caps");
    let enrolment = reader.text(&section, "enrolment");
    let reviews = reader.text(&section, "reviews");
    let readmission_reasons = reader.text(&section, "readmission_reasons");
    let penalties = reader.text(&section, "penalties");
    let procurement = reader.text(&section, "procurement");
    let coefficients = reader.text(&section, "coefficients");
    let bonuses = reader.text(&section, "bonuses");
    let scheme = reader.text(&section, "scheme");
    let dip_directory = reader.text(&section, "dip_directory");
    if scheme.is_some() && dip_directory.is_some() {
        let text = Text::new(
            "files.scheme 与 files.dip_directory 不能并用",
            "files.scheme and files.dip_directory cannot stand together",
        );
        let diagnostic = Diagnostic::error(codes::P109.id, text, contradiction_help())
            .at(reader.place_near("files.dip_directory"))
            .also(reader.place_near("files.scheme"), other_label());
        reader.refuse("files.dip_directory", diagnostic);
    }
    Some(Files {
        claims: claims?,
        encoding: encoding.unwrap_or_default(),
        groups: groups?,
        hospitals: hospitals?,
        prepayments,
        prices,
        caps,
        enrolment,
        reviews,
        readmission_reasons,
        penalties,
        procurement,
        coefficients,
        bonuses,
        scheme,
        dip_directory,
    })
}

fn grouping(reader: &mut Reader<'_>, root: &Section<'_>, files: Option<&Files>) -> GroupingChoice {
    if root.get("grouping").is_none() {
        return GroupingChoice::default();
    }
    let section = reader.section(root, "grouping", keys::GROUPING);
    let groups = |files: &Files| files.scheme.is_some() || files.dip_directory.is_some();
    if files.is_some_and(|files| !groups(files)) {
        let text = Text::new(
            "有 [grouping] 而没有 files.scheme 或 files.dip_directory",
            "there is a [grouping] but neither files.scheme nor files.dip_directory",
        );
        let help = Text::new(
            "在 [files] 写明方案或病种目录，或删去 [grouping]",
            "name the scheme or the directory under [files], or leave [grouping] out",
        );
        let diagnostic = Diagnostic::error(codes::P109.id, text, help).at(reader.place_near("grouping"));
        reader.refuse("grouping", diagnostic);
    }
    let choice = GroupingChoice {
        translate: reader.boolean(&section, "translate").unwrap_or_default(),
        verbatim: reader.boolean(&section, "verbatim").unwrap_or_default(),
    };
    if choice.translate && files.is_some_and(|files| files.dip_directory.is_some()) {
        let text = Text::new(
            "病种目录没有编码映射表，grouping.translate 不能为 true",
            "a DIP directory has no tables of translation, so grouping.translate cannot be true",
        );
        let diagnostic = Diagnostic::error(codes::P109.id, text, contradiction_help())
            .at(reader.place_near("grouping.translate"))
            .also(reader.place_near("files.dip_directory"), other_label());
        reader.refuse("grouping.translate", diagnostic);
    }
    choice
}

pub(crate) fn columns(reader: &mut Reader<'_>, root: &Section<'_>) -> BTreeMap<String, String> {
    let mut columns = BTreeMap::new();
    let Some((_, node, _)) = root.get("columns") else {
        return columns;
    };
    let DeValue::Table(table) = node.get_ref() else {
        reader.section(root, "columns", &[]);
        return columns;
    };
    // In the order of the file, so that the second of two equal headings is the one to mend.
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    let mut first_key: BTreeMap<String, String> = BTreeMap::new();
    for (name, node) in entries {
        let field = name.get_ref().as_ref();
        let key = format!("columns.{field}");
        reader.mark(key.clone(), name.span(), node);
        if fields::by_name(field).is_none() {
            let mistake = unknown_field("[columns]", field).at(reader.place(&name.span()));
            reader.refuse(&key, mistake);
        }
        let Some(heading) = reader.text_of(&key, node, "setl_id = \"结算流水号\"") else {
            continue;
        };
        match first_key.get(&heading) {
            Some(other) => {
                let mistake = heading_twice(&key, other, &heading)
                    .at(reader.place_near(&key))
                    .also(reader.place_near(other), other_label());
                reader.refuse(&key, mistake);
            }
            None => _ = first_key.insert(heading.clone(), key),
        }
        columns.insert(field.to_owned(), heading);
    }
    columns
}

/// The policy as far as it can be read. A value that cannot is filled in with one that contradicts
/// nothing; whatever is still said of it is dropped later, its key being broken.
fn policy(reader: &mut Reader<'_>, root: &Section<'_>, files: Option<&Files>, year: budgets::Year) -> Policy {
    let rounding = rounding(reader, root);
    let budgets = budgets::budgets(reader, root, year);
    let pools = reader
        .sections(root, "pool", budgets::pool_keys(root))
        .unwrap_or_default();
    let pools = pools.iter().enumerate();
    let pools = pools.map(|(i, section)| pool(reader, section, i, year)).collect();
    let routes = methods::routes(reader, root);
    let apart = methods::apart(reader, root);
    let pricing = pricing(reader, root);
    let support = support::support(reader, root, files);
    let takes_bonuses = support.as_ref().is_some_and(|support| support.bonuses.is_some());
    let coefficients = coefficients::coefficients(reader, root, files, takes_bonuses);
    let deviation = deviation::deviation(reader, root);
    let auxiliary = auxiliary(reader, root, files);
    let section = reader.section(root, "ungrouped", keys::UNGROUPED);
    let ungrouped_share = reader.decimal(&section, "share").unwrap_or(Decimal::ONE);
    let section = reader.section(root, "fund_share", keys::FUND_SHARE);
    let method = reader.word(&section, "method", FUND_SHARE_METHODS);
    let fund_share = FundShare {
        method: method.unwrap_or(FundShareMethod::Difference),
        pool_ratio: reader.decimal(&section, "pool_ratio"),
        floor_at_zero: reader.boolean(&section, "floor_at_zero").unwrap_or(false),
    };
    Policy {
        rounding,
        budgets,
        pools,
        routes,
        apart,
        methods: methods::methods(reader, root, files),
        pricing,
        coefficients,
        support,
        deviation,
        auxiliary,
        adjust: adjust::adjust(reader, root, files),
        ungrouped_share,
        fund_share,
        pool_clearing: clearing::pool_clearing(reader, root),
        clearing: clearing::clearing(reader, root),
        clearing_for: clearing::clearing_for(reader, root),
        monthly: clearing::monthly(reader, root),
        alliances: alliance::alliances(reader, root),
        procurement: funds::procurement(reader, root, files),
        funds: funds::funds(reader, root),
    }
}

fn auxiliary(reader: &mut Reader<'_>, root: &Section<'_>, files: Option<&Files>) -> Option<Auxiliary> {
    root.get("auxiliary")?;
    let section = reader.section(root, "auxiliary", keys::AUXILIARY);
    if files.is_some_and(|files| files.dip_directory.is_none()) {
        let text = Text::new(
            "有 [auxiliary] 而没有 files.dip_directory",
            "there is an [auxiliary] but no files.dip_directory",
        );
        let help = Text::new(
            "在 [files] 写明病种目录，或删去 [auxiliary]",
            "name the directory under [files], or leave [auxiliary] out",
        );
        let diagnostic = Diagnostic::error(codes::P109.id, text, help).at(reader.place_near("auxiliary"));
        reader.refuse("auxiliary", diagnostic);
    }
    let compare_with = reader.word(&section, "compare_with", COMPARE_WITH);
    Some(Auxiliary {
        compare_with: compare_with.unwrap_or(CompareWith::Type),
    })
}

fn rounding(reader: &mut Reader<'_>, root: &Section<'_>) -> Rounding {
    let section = reader.section(root, "rounding", keys::ROUNDING);
    let places = |value: Option<u32>| value.unwrap_or(PLACES_MAX);
    reader.money_places(&section, "money");
    Rounding {
        points: places(reader.places(&section, "points")),
        point_value: places(reader.places(&section, "point_value")),
        mode: reader.word(&section, "mode", MODES).unwrap_or(RoundingMode::HalfUp),
        remainder: reader
            .word(&section, "remainder", REMAINDERS)
            .unwrap_or(Remainder::Fund),
    }
}

fn pool(reader: &mut Reader<'_>, section: &Section<'_>, i: usize, year: budgets::Year) -> Pool {
    let path = format!("pool[{i}]");
    let share = budgets::share(reader, section, &path);
    // A rate that cannot be read is still a rate: the need for one is met.
    let stands_in = section.get("base_rate").map(|_| Decimal::ONE);
    Pool {
        id: reader.text(section, "id").unwrap_or_default(),
        insutype: reader.texts(section, "insutype").unwrap_or_default(),
        funds: methods::funds(reader, section),
        budget: reader.decimal(section, "budget").unwrap_or_default(),
        grown: budgets::grown(reader, section, &path),
        insured: alliance::insured(reader, section),
        public_health: alliance::public_health(reader, section),
        of: reader.text(section, "of"),
        share,
        changes: budgets::changes(reader, section, &path, year),
        reserve: reader.decimal(section, "reserve").unwrap_or_default(),
        base_rate: reader.decimal(section, "base_rate").or(stands_in),
        point_value: budgets::point_value(reader, section),
        point_value_of: reader.text(section, "point_value_of"),
    }
}

fn pricing(reader: &mut Reader<'_>, root: &Section<'_>) -> Pricing {
    let section = reader.section(root, "pricing", keys::PRICING);
    let method = reader.word(&section, "method", PRICING_METHODS);
    let kinds = reader.list(&section, "coefficient_not_for").unwrap_or_default();
    let mut kind =
        |(key, node): (String, &Node<'_>)| reader.word_of(&key, node, "coefficient_not_for = [\"basic\"]", GROUP_KINDS);
    let coefficient_not_for = kinds.into_iter().filter_map(&mut kind).collect();
    Pricing {
        method: method.unwrap_or(PricingMethod::Points),
        coefficient_not_for,
        mean_cost_all: reader.decimal(&section, "mean_cost_all").unwrap_or(Decimal::ONE),
        scale: reader.decimal(&section, "scale").unwrap_or(Decimal::ONE),
    }
}
