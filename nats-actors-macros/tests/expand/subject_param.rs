#[derive(SubjectParam)]
pub struct OrderId(pub u64);

#[derive(SubjectParam)]
pub enum Region {
    Eu,
    UsEast,
}
