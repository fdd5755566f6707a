import { between, pick, type Random, tickets } from './random.ts'

export interface Address {
  readonly street: string
  readonly city: string
}

const cities = tickets([
  [36, 'Hồ Chí Minh'],
  [28, 'Hà Nội'],
  [8, 'Đà Nẵng'],
  [6, 'Hải Phòng'],
  [5, 'Cần Thơ'],
  [4, 'Biên Hòa'],
  [3, 'Nha Trang'],
  [3, 'Huế'],
  [2, 'Vinh'],
  [2, 'Đà Lạt'],
  [2, 'Quy Nhơn'],
  [1, 'Thái Nguyên'],
])

const streets = [
  'Nguyễn Trãi',
  'Lê Duẩn',
  'Phan Đình Phùng',
  'Hai Bà Trưng',
  'Điện Biên Phủ',
  'Lê Thánh Tông',
  'Nguyễn Thị Minh Khai',
  'Cách Mạng Tháng Tám',
  'Phan Bội Châu',
  'Trần Phú',
  'Hoàng Hoa Thám',
  'Nguyễn Văn Cừ',
  'Lạc Long Quân',
  'Bà Triệu',
  'Trường Chinh',
  'Xô Viết Nghệ Tĩnh',
  'Nguyễn Đình Chiểu',
  'Võ Văn Tần',
  'Ngô Quyền',
  'Đinh Tiên Hoàng',
  'Tôn Đức Thắng',
  'Lý Tự Trọng',
  'Trần Quốc Toản',
  'Nguyễn Công Trứ',
]

/** A house or one in an alley off the street ("12/7"). */
export function pickAddress(random: Random): Address {
  const house = between(random, 1, 420)
  const alley = random() < 0.3 ? `/${between(random, 1, 60)}` : ''
  return { street: `${house}${alley} ${pick(random, streets)}`, city: pick(random, cities) }
}
