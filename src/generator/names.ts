import { below, chance, pick, type Random, tickets } from './random.ts'

/** A Vietnamese name, in its own order: family, middle (may be ''), given. */
export interface FullName {
  readonly family: string
  readonly middle: string
  readonly given: string
}

/** Family names with their share of the population in thousandths. Four in ten are a Nguyễn. */
const families = bag(
  `Nguyễn 384 Trần 121 Lê 95 Phạm 70 Hoàng 26 Huỳnh 25 Phan 45 Vũ 20 Võ 19 Đặng 21 Bùi 20 Đỗ 14 Hồ 13 Ngô 13
   Dương 10 Lý 5 Đinh 9 Mai 8 Trịnh 8 Đoàn 8 Lương 7 Trương 10 Tạ 4 Cao 5 Hà 5 Thái 3 Châu 3 Tô 3 Lâm 5 Đào 5
   Chu 3 Quách 2 Kiều 2 Tăng 2 Vương 3 La 2 Phùng 4 Nghiêm 1`,
)

const middles = {
  olderMan: bag('Văn 60 Hữu 10 Đức 9 Xuân 6 Công 5 Quang 6 Ngọc 4 Đình 6 Bá 2 Trọng 3'),
  youngerMan: bag('Văn 18 Minh 16 Quang 9 Quốc 8 Đức 9 Hoàng 9 Gia 8 Thanh 7 Anh 6 Tuấn 6 Hữu 5 Nhật 4 Bảo 5 Khắc 2'),
  olderWoman: bag('Thị 74 Ngọc 8 Kim 7 Thu 5 Bích 4 Hồng 4 Mỹ 3 Tuyết 2'),
  youngerWoman: bag('Thị 30 Ngọc 14 Thu 9 Minh 8 Phương 8 Khánh 6 Thùy 7 Quỳnh 6 Bảo 5 Hoài 4 Thanh 6 Diệu 3 Như 4'),
}

const givens = {
  man: bag(
    `Hùng 22 Dũng 20 Tuấn 24 Minh 24 Hải 17 Long 16 Nam 19 Sơn 15 Thắng 14 Hiếu 16 Trung 15 Đức 15 Huy 21 Cường 13
     Phong 12 Quân 13 Khoa 11 Bình 11 Tùng 13 Thành 15 Phúc 12 Khang 10 Bảo 11 Kiên 11 Việt 10 Tâm 7 Lộc 8 Vinh 10
     Hòa 6 An 9 Đạt 14 Thịnh 9 Tài 10 Lâm 8 Nhân 7 Quý 5 Toàn 9 Hưng 12 Khánh 9 Duy 13 Tiến 11 Chiến 6 Nghĩa 8 Phát 7`,
  ),
  woman: bag(
    `Lan 18 Hương 22 Linh 28 Hà 21 Trang 25 Mai 16 Thảo 22 Hoa 13 Nga 12 Hằng 16 Hiền 14 Ngọc 17 Phương 20 Thu 11
     Yến 13 Loan 10 Dung 11 Thủy 14 Tuyết 9 Nhung 12 Oanh 7 Quỳnh 13 Vy 14 Nhi 13 Trâm 10 My 11 Ngân 13 Anh 24
     Châu 9 Diễm 5 Giang 10 Hạnh 12 Xuân 6 Uyên 9 Tú 6 Thư 11 Chi 12 Vân 13 Huyền 15 Liên 8 Trinh 8 An 8 Hân 7`,
  ),
}

/** `name weight name weight …` */
function bag(text: string): readonly string[] {
  return tickets([...text.matchAll(/(\S+) (\d+)/g)].map(([, name, weight]) => [Number(weight), name as string]))
}

export const pickFamily = (random: Random): string => pick(random, families)

/** Middle and given name by sex and generation. One in twenty has no middle name. */
export function pickName(random: Random, family: string, who: { woman: boolean; bornBefore1980: boolean }): FullName {
  const middle = chance(random, 0.05) ? '' : pickMiddle(random, who)
  const stock = who.woman ? givens.woman : givens.man
  let given = pick(random, stock)
  // "Minh Minh" is nobody's name.
  while (given === middle) given = stock[below(random, stock.length)] as string
  return { family, middle, given }
}

function pickMiddle(random: Random, who: { woman: boolean; bornBefore1980: boolean }): string {
  if (who.woman) return pick(random, who.bornBefore1980 ? middles.olderWoman : middles.youngerWoman)
  return pick(random, who.bornBefore1980 ? middles.olderMan : middles.youngerMan)
}
