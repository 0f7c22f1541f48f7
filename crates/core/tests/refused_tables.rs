//! What is refused of the tables and of a case: every range at its ends and just outside them, codes that
//! stand twice, and ids that another policy gave.

use dianzhi_core::{
    Case, Claim, CompileAt, CompiledPolicy, Decimal, Fen, FenSum, Group, GroupId, Hospital, HospitalId, Policy, PoolId,
    Prepayment, SettleError, example, settle,
};

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn refused(policy: &Policy, groups: &[Group], hospitals: &[Hospital]) -> Option<CompileAt> {
    CompiledPolicy::new(policy, groups, hospitals)
        .err()
        .map(|error| error.at)
}

#[test]
fn a_breach_stops_the_compilation() {
    let mut policy = example::policy();
    policy.pools[0].reserve = d("1.5");
    let at = refused(&policy, &example::groups(), &example::hospitals());
    assert_eq!(at, Some(CompileAt::Policy("pool[0].reserve".to_owned())));
}

#[test]
fn table_values_keep_their_ranges() {
    let (policy, groups, hospitals) = (example::policy(), example::groups(), example::hospitals());
    let with_group = |change: fn(&mut Group, Decimal), value: &str| {
        let mut groups = groups.clone();
        change(&mut groups[1], d(value));
        refused(&policy, &groups, &hospitals)
    };
    let base = |g: &mut Group, v| g.base_points = v;
    assert_eq!(with_group(base, "0"), None);
    assert_eq!(with_group(base, "-0.01"), Some(CompileAt::Group(1)));
    let mean = |g: &mut Group, v| g.mean_cost = v;
    assert_eq!(with_group(mean, "0.01"), None);
    assert_eq!(with_group(mean, "0"), Some(CompileAt::Group(1)));
    assert_eq!(with_group(mean, "-1"), Some(CompileAt::Group(1)));

    let with_hospital = |change: fn(&mut Hospital, Decimal), value: &str| {
        let mut hospitals = hospitals.clone();
        change(&mut hospitals[1], d(value));
        refused(&policy, &groups, &hospitals)
    };
    let coefficient = |h: &mut Hospital, v| h.coefficient = v;
    assert_eq!(with_hospital(coefficient, "0.01"), None);
    assert_eq!(with_hospital(coefficient, "0"), Some(CompileAt::Hospital(1)));
    assert_eq!(with_hospital(coefficient, "-1"), Some(CompileAt::Hospital(1)));
    let score = |h: &mut Hospital, v| h.assessment_score = v;
    assert_eq!(with_hospital(score, "0"), None);
    assert_eq!(with_hospital(score, "100"), None);
    assert_eq!(with_hospital(score, "-0.5"), Some(CompileAt::Hospital(1)));
    assert_eq!(with_hospital(score, "100.5"), Some(CompileAt::Hospital(1)));
}

#[test]
fn a_code_stands_once_in_its_table() {
    let (policy, mut groups, mut hospitals) = (example::policy(), example::groups(), example::hospitals());
    groups[2].code = groups[0].code.clone();
    let at = refused(&policy, &groups, &example::hospitals());
    assert_eq!(at, Some(CompileAt::Group(2)));
    hospitals[1].code = hospitals[0].code.clone();
    let error = CompiledPolicy::new(&policy, &example::groups(), &hospitals).unwrap_err();
    assert_eq!(error.at, CompileAt::Hospital(1));
    assert_eq!(error.to_string(), "the code H001 stands twice");
}

/// `medfee_sumamt` above zero, `hifp_pay` between zero and it.
#[test]
fn a_case_is_billed_between_nothing_and_its_cost() {
    let sound = |cost, billed| Case::new(Some(GroupId(0)), HospitalId(0), PoolId(0), Fen(cost), Fen(billed)).is_some();
    assert!(sound(1, 0) && sound(1, 1) && sound(100, 50));
    assert!(!sound(0, 0) && !sound(-1, -1));
    assert!(!sound(100, -1) && !sound(100, 101));
}

#[test]
fn codes_are_looked_up_exactly() {
    let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    assert_eq!(
        ["ES25", "RA11", "IJ1Z"].map(|code| policy.group(code)),
        [0, 1, 2].map(|i| Some(GroupId(i)))
    );
    assert_eq!(policy.group("es25"), None);
    assert_eq!(policy.hospital("H002"), Some(HospitalId(1)));
    assert_eq!(policy.hospital("H002 "), None);
    assert_eq!(
        ["310", "390", "391"].map(|code| policy.pool(code)),
        [0, 1, 1].map(|i| Some(PoolId(i)))
    );
    assert_eq!(policy.pool("392"), None);
    assert_eq!(policy.case(None, "H003", "310", Fen(2), Fen(1)), None);
    assert_eq!(policy.case(None, "H001", "392", Fen(2), Fen(1)), None);
    let unknown = policy.case(Some("ZZ99"), "H001", "310", Fen(2), Fen(1)).unwrap();
    assert_eq!(unknown.group, None);
}

/// Ids come from the policy that knows them; those of a larger one would vanish from the accounts.
#[test]
fn ids_of_another_policy_are_refused() {
    let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    let refused = |group, hospital, pool| {
        let case = Case::new(group, HospitalId(hospital), PoolId(pool), Fen(900_000), Fen(0)).unwrap();
        let claims = [Claim {
            id: "S1",
            case,
            apart: &[],
        }];
        let error = settle(&policy, &claims, &[]).err()?;
        Some(error.to_string())
    };
    let claim = Some("claim S1 names a group, hospital, pool or method that this policy does not have".to_owned());
    assert_eq!(refused(Some(GroupId(2)), 1, 1), None);
    assert_eq!(refused(None, 1, 1), None);
    assert_eq!(refused(Some(GroupId(3)), 1, 1), claim);
    assert_eq!(refused(None, 2, 1), claim);
    assert_eq!(refused(None, 1, 2), claim);

    let prepaid = |hospital, pool| {
        let row = Prepayment {
            pool: PoolId(pool),
            hospital: HospitalId(hospital),
            prepaid: FenSum(1),
        };
        settle(&policy, &[], &[row]).err()
    };
    let row = Some(SettleError::UnknownId {
        what: "prepayment 0".to_owned(),
    });
    assert_eq!(prepaid(1, 1), None);
    assert_eq!(prepaid(2, 1), row);
    assert_eq!(prepaid(1, 2), row);
}
