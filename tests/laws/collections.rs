//! Persistent collections behave as the standard library's, and no change is seen through another reference.

use genlisp::Value;
use genlisp::internals::eval::collections::{List, Map, Set, Vector};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What happens to a collection; every step may keep the old one alive.
#[derive(Clone, Debug)]
enum Step {
    Push(i64),
    Set(usize, i64),
    Pop,
    Insert(i64, i64),
    Remove(i64),
    /// Holds on to the collection as it is now.
    Keep,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => any::<i64>().prop_map(Step::Push),
        3 => (any::<usize>(), any::<i64>()).prop_map(|(i, x)| Step::Set(i, x)),
        1 => Just(Step::Pop),
        4 => (-40..40i64, any::<i64>()).prop_map(|(k, x)| Step::Insert(k, x)),
        2 => (-40..40i64).prop_map(Step::Remove),
        2 => Just(Step::Keep),
    ];
    prop::collection::vec(step, 0..200)
}

fn ints(vector: &Vector) -> Vec<i64> {
    vector.iter().filter_map(Value::as_int).collect()
}

fn pairs(map: &Map) -> BTreeMap<i64, i64> {
    map.iter().filter_map(|(k, v)| Some((k.as_int()?, v.as_int()?))).collect()
}

proptest! {
    #![proptest_config(super::config(500))]

    #[test]
    fn vectors_are_persistent(start in prop::collection::vec(any::<i64>(), 0..80), steps in steps()) {
        let (mut model, mut kept) = (start.clone(), Vec::new());
        let mut vector = Vector::from_vec(start.into_iter().map(Value::Int).collect()).expect("flat");
        for step in steps {
            match step {
                Step::Push(x) => {
                    model.push(x);
                    vector = vector.push(Value::Int(x)).expect("flat");
                }
                Step::Set(i, x) if !model.is_empty() => {
                    let i = i % model.len();
                    model[i] = x;
                    vector = vector.set(i, Value::Int(x)).expect("flat");
                }
                Step::Pop => {
                    if model.pop().is_some() {
                        vector = vector.pop().expect("not empty");
                    } else {
                        prop_assert!(vector.clone().pop().is_none());
                    }
                }
                Step::Keep => kept.push((model.clone(), vector.clone())),
                _ => {}
            }
            prop_assert_eq!(vector.len(), model.len());
        }
        kept.push((model, vector));
        for (model, vector) in kept {
            prop_assert_eq!(&ints(&vector), &model);
            let from = model.len() / 2;
            let tail: Vec<i64> = vector.iter_from(from).filter_map(Value::as_int).collect();
            prop_assert_eq!(&tail, &model[from..]);
            let got: Vec<Option<i64>> = (0..=model.len()).map(|i| vector.get(i).and_then(Value::as_int)).collect();
            let wanted: Vec<Option<i64>> = (0..=model.len()).map(|i| model.get(i).copied()).collect();
            prop_assert_eq!(got, wanted);
        }
    }

    #[test]
    fn maps_and_sets_are_persistent(steps in steps()) {
        let (mut model, mut kept, mut kept_sets) = (BTreeMap::new(), Vec::new(), Vec::new());
        let (mut map, mut set) = (Map::empty(), Set::empty());
        for step in steps {
            match step {
                Step::Insert(k, x) => {
                    model.insert(k, x);
                    map = map.insert(Value::Int(k), Value::Int(x)).expect("flat");
                    set = set.insert(Value::Int(k)).expect("flat");
                }
                Step::Remove(k) => {
                    model.remove(&k);
                    // A float key is the same key.
                    map = map.remove(&Value::float(k as f64));
                    set = set.remove(&Value::float(k as f64));
                }
                Step::Keep => {
                    kept.push((model.clone(), map.clone()));
                    kept_sets.push((model.keys().copied().collect::<BTreeSet<i64>>(), set.clone()));
                }
                _ => {}
            }
            prop_assert_eq!((map.len(), set.len()), (model.len(), model.len()));
        }
        kept.push((model, map));
        for (model, map) in kept {
            prop_assert_eq!(&pairs(&map), &model);
            for k in -40..40 {
                prop_assert_eq!(map.get(&Value::Int(k)).and_then(Value::as_int), model.get(&k).copied());
            }
        }
        for (model, set) in kept_sets {
            prop_assert_eq!(set.iter().filter_map(Value::as_int).collect::<BTreeSet<_>>(), model);
        }
    }

    #[test]
    fn equal_maps_do_not_remember_how_they_were_made(steps in steps()) {
        let inserts = steps.iter().filter_map(|s| if let Step::Insert(k, x) = s { Some((*k, *x)) } else { None });
        let mut removed = Map::from_pairs((100..120).map(|k| (Value::Int(k), Value::Nil))).expect("flat");
        let mut plain = Map::empty();
        for (k, x) in inserts {
            removed = removed.insert(Value::Int(k), Value::Int(x)).expect("flat");
            plain = plain.insert(Value::Int(k), Value::Int(x)).expect("flat");
        }
        removed = (100..120).fold(removed, |map, k| map.remove(&Value::Int(k)));
        let (a, b) = (Value::Map(removed), Value::Map(plain));
        prop_assert!(a == b);
        prop_assert_eq!(genlisp::internals::eval::hash_code(&a), genlisp::internals::eval::hash_code(&b));
    }

    #[test]
    fn lists_are_what_was_put_in_front(items in prop::collection::vec(any::<i64>(), 0..50), front in prop::collection::vec(any::<i64>(), 0..20)) {
        let mut list = List::from_vec(items.iter().copied().map(Value::Int).collect()).expect("flat");
        let mut model = items;
        for x in front {
            list = List::cons(Value::Int(x), list).expect("flat");
            model.insert(0, x);
        }
        for skip in 0..=model.len() {
            let got: Vec<i64> = list.iter().filter_map(Value::as_int).collect();
            prop_assert_eq!(&got, &model[skip..]);
            prop_assert_eq!(list.len(), model.len() - skip);
            prop_assert_eq!(list.get(0).and_then(Value::as_int), model.get(skip).copied());
            list = list.rest();
        }
    }
}
