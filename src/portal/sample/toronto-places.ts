/** Toronto's 158 neighbourhoods, the 140 older ones that they come from, and the police division and middle of each. */

/** A neighbourhood of today with the older one that it comes from. */
export interface Place {
  readonly hood158: number;
  readonly name158: string;
  readonly hood140: number;
  readonly name140: string;
  readonly division: string;
  readonly lat: number;
  readonly lng: number;
}

/** Older neighbourhoods that were divided in 2022: number and name. */
const divided = `
14|Islington-City Centre West
17|Mimico (includes Humber Bay Shores)
26|Downsview-Roding-CFB
45|Parkwoods-Donalda
51|Willowdale East
75|Church-Yonge Corridor
76|Bay Street Corridor
77|Waterfront Communities-The Island
82|Niagara
93|Dovercourt-Wallace Emerson-Junction
104|Mount Pleasant West
117|L'Amoreaux
127|Bendale
131|Rouge
132|Malvern
137|Woburn
`;

/** Number, name, older number, division, latitude, longitude. */
const current = `
1|West Humber-Clairville|1|D23|43.7309|-79.5994
2|Mount Olive-Silverstone-Jamestown|2|D23|43.7388|-79.5871
3|Thistletown-Beaumond Heights|3|D23|43.7382|-79.5669
4|Rexdale-Kipling|4|D23|43.7180|-79.5598
5|Elms-Old Rexdale|5|D23|43.7251|-79.5493
6|Kingsview Village-The Westway|6|D23|43.6958|-79.5522
7|Willowridge-Martingrove-Richview|7|D23|43.6764|-79.5663
8|Humber Heights-Westmount|8|D23|43.6946|-79.5175
9|Edenbridge-Humber Valley|9|D22|43.6776|-79.5188
10|Princess-Rosethorn|10|D22|43.6727|-79.5528
11|Eringate-Centennial-West Deane|11|D22|43.6558|-79.5703
12|Markland Wood|12|D22|43.6336|-79.5747
13|Etobicoke West Mall|13|D22|43.6494|-79.5687
15|Kingsway South|15|D22|43.6501|-79.5080
16|Stonegate-Queensway|16|D22|43.6270|-79.4995
18|New Toronto|18|D22|43.6015|-79.5089
19|Long Branch|19|D22|43.5941|-79.5362
20|Alderwood|20|D22|43.6016|-79.5454
21|Humber Summit|21|D31|43.7556|-79.5648
22|Humbermede|22|D31|43.7482|-79.5421
23|Pelmo Park-Humberlea|23|D31|43.7142|-79.5351
24|Black Creek|24|D31|43.7672|-79.5177
25|Glenfield-Jane Heights|25|D31|43.7492|-79.5127
27|York University Heights|27|D31|43.7622|-79.4900
28|Rustic|28|D12|43.7157|-79.5047
29|Maple Leaf|29|D12|43.7146|-79.4802
30|Brookhaven-Amesbury|30|D12|43.6987|-79.4942
31|Yorkdale-Glen Park|31|D32|43.7194|-79.4492
32|Englemount-Lawrence|32|D32|43.7226|-79.4418
33|Clanton Park|33|D32|43.7393|-79.4466
34|Bathurst Manor|34|D32|43.7674|-79.4640
35|Westminster-Branson|35|D32|43.7770|-79.4507
36|Newtonbrook West|36|D32|43.7873|-79.4350
37|Willowdale West|37|D32|43.7743|-79.4322
38|Lansing-Westgate|38|D32|43.7575|-79.4254
39|Bedford Park-Nortown|39|D32|43.7270|-79.4273
40|St.Andrew-Windfields|40|D32|43.7542|-79.3954
41|Bridle Path-Sunnybrook-York Mills|41|D33|43.7243|-79.3741
42|Banbury-Don Mills|42|D33|43.7372|-79.3433
43|Victoria Village|43|D54|43.7179|-79.3016
44|Flemingdon Park|44|D54|43.7173|-79.3320
46|Pleasant View|46|D33|43.7892|-79.3372
47|Don Valley Village|47|D33|43.7810|-79.3487
48|Hillcrest Village|48|D33|43.8009|-79.3581
49|Bayview Woods-Steeles|49|D33|43.7913|-79.3691
50|Newtonbrook East|50|D32|43.7951|-79.4145
52|Bayview Village|52|D33|43.7694|-79.3709
53|Henry Farm|53|D33|43.7727|-79.3412
54|O'Connor-Parkview|54|D54|43.7044|-79.2995
55|Thorncliffe Park|55|D53|43.7074|-79.3436
56|Leaside-Bennington|56|D53|43.6967|-79.3642
57|Broadview North|57|D54|43.6880|-79.3509
58|Old East York|58|D54|43.6950|-79.3364
59|Danforth East York|59|D54|43.6866|-79.3413
60|Woodbine-Lumsden|60|D54|43.6943|-79.3156
61|Taylor-Massey|61|D54|43.6956|-79.2951
62|East End-Danforth|62|D55|43.6872|-79.3018
63|The Beaches|63|D55|43.6684|-79.3057
64|Woodbine Corridor|64|D55|43.6829|-79.3170
65|Greenwood-Coxwell|65|D55|43.6745|-79.3253
66|Danforth|66|D54|43.6821|-79.3313
67|Playter Estates-Danforth|67|D55|43.6788|-79.3523
68|North Riverdale|68|D55|43.6717|-79.3496
69|Blake-Jones|69|D55|43.6734|-79.3393
70|South Riverdale|70|D55|43.6607|-79.3482
71|Cabbagetown-South St.James Town|71|D51|43.6650|-79.3686
72|Regent Park|72|D51|43.6608|-79.3618
73|Moss Park|73|D51|43.6565|-79.3697
74|North St.James Town|74|D51|43.6689|-79.3738
78|Kensington-Chinatown|78|D14|43.6517|-79.3998
79|University|79|D14|43.6579|-79.4065
80|Palmerston-Little Italy|80|D14|43.6552|-79.4190
81|Trinity-Bellwoods|81|D14|43.6507|-79.4147
83|Dufferin Grove|83|D11|43.6556|-79.4397
84|Little Portugal|84|D14|43.6494|-79.4259
85|South Parkdale|85|D14|43.6375|-79.4329
86|Roncesvalles|86|D11|43.6431|-79.4363
87|High Park-Swansea|87|D11|43.6383|-79.4700
88|High Park North|88|D11|43.6573|-79.4603
89|Runnymede-Bloor West Village|89|D11|43.6650|-79.4894
90|Junction Area|90|D12|43.6689|-79.4742
91|Weston-Pelham Park|91|D11|43.6702|-79.4583
92|Corso Italia-Davenport|92|D13|43.6773|-79.4473
94|Wychwood|94|D13|43.6747|-79.4246
95|Annex|95|D53|43.6703|-79.4023
96|Casa Loma|96|D13|43.6831|-79.4171
97|Yonge-St.Clair|97|D53|43.6882|-79.3941
98|Rosedale-Moore Park|98|D53|43.6750|-79.3806
99|Mount Pleasant East|99|D53|43.7121|-79.3888
100|Yonge-Eglinton|100|D53|43.6999|-79.4053
101|Forest Hill South|101|D53|43.6939|-79.4140
102|Forest Hill North|102|D53|43.7029|-79.4227
103|Lawrence Park South|103|D53|43.7170|-79.4060
105|Lawrence Park North|105|D32|43.7294|-79.4033
106|Humewood-Cedarvale|106|D13|43.6900|-79.4238
107|Oakwood Village|107|D13|43.6927|-79.4409
108|Briar Hill-Belgravia|108|D13|43.6972|-79.4475
109|Caledonia-Fairbank|109|D13|43.6899|-79.4531
110|Keelesdale-Eglinton West|110|D12|43.6864|-79.4715
111|Rockcliffe-Smythe|111|D12|43.6757|-79.4884
112|Beechborough-Greenbrook|112|D12|43.6930|-79.4781
113|Weston|113|D12|43.7006|-79.5159
114|Lambton Baby Point|114|D11|43.6643|-79.5015
115|Mount Dennis|115|D12|43.6889|-79.4988
116|Steeles|116|D42|43.8118|-79.3189
118|Tam O'Shanter-Sullivan|118|D42|43.7816|-79.2993
119|Wexford/Maryvale|119|D41|43.7458|-79.3013
120|Clairlea-Birchmount|120|D41|43.7175|-79.2847
121|Oakridge|121|D41|43.6987|-79.2795
122|Birchcliffe-Cliffside|122|D41|43.6995|-79.2591
123|Cliffcrest|123|D43|43.7230|-79.2347
124|Kennedy Park|124|D41|43.7292|-79.2563
125|Ionview|125|D41|43.7314|-79.2739
126|Dorset Park|126|D41|43.7653|-79.2823
128|Agincourt South-Malvern West|128|D42|43.7879|-79.2598
129|Agincourt North|129|D42|43.8102|-79.2687
130|Milliken|130|D42|43.8207|-79.2828
133|Centennial Scarborough|133|D43|43.7902|-79.1494
134|Highland Creek|134|D43|43.7905|-79.1741
135|Morningside|135|D43|43.7848|-79.2035
136|West Hill|136|D43|43.7649|-79.1899
138|Eglinton East|138|D43|43.7406|-79.2438
139|Scarborough Village|139|D43|43.7432|-79.2195
140|Guildwood|140|D43|43.7478|-79.1990
141|Golfdale-Cedarbrae-Woburn|137|D43|43.7620|-79.2184
142|Woburn North|137|D43|43.7758|-79.2349
143|West Rouge|131|D42|43.7988|-79.1528
144|Morningside Heights|131|D42|43.8186|-79.2111
145|Malvern West|132|D42|43.8079|-79.2282
146|Malvern East|132|D42|43.8064|-79.2124
147|L'Amoreaux West|117|D42|43.7975|-79.3309
148|East L'Amoreaux|117|D42|43.7972|-79.3052
149|Parkwoods-O'Connor Hills|45|D33|43.7505|-79.3303
150|Fenside-Parkwoods|45|D33|43.7607|-79.3323
151|Yonge-Doris|51|D32|43.7744|-79.4142
152|East Willowdale|51|D32|43.7746|-79.4062
153|Avondale|51|D32|43.7576|-79.4083
154|Oakdale-Beverley Heights|26|D31|43.7234|-79.5096
155|Downsview|26|D31|43.7331|-79.4836
156|Bendale-Glen Andrew|127|D41|43.7604|-79.2583
157|Bendale South|127|D43|43.7522|-79.2529
158|Islington|14|D22|43.6501|-79.5617
159|Etobicoke City Centre|14|D22|43.6236|-79.5413
160|Mimico-Queensway|17|D22|43.6173|-79.4983
161|Humber Bay Shores|17|D22|43.6230|-79.4812
162|West Queen West|82|D14|43.6439|-79.4098
163|Fort York-Liberty Village|82|D14|43.6352|-79.4033
164|Wellington Place|77|D52|43.6471|-79.3935
165|Harbourfront-CityPlace|77|D14|43.6402|-79.3932
166|St Lawrence-East Bayfront-The Islands|77|D51|43.6476|-79.3708
167|Church-Wellesley|75|D51|43.6664|-79.3838
168|Downtown Yonge East|75|D51|43.6550|-79.3776
169|Bay-Cloverhill|76|D52|43.6685|-79.3871
170|Yonge-Bay Corridor|76|D52|43.6531|-79.3860
171|Junction-Wallace Emerson|93|D11|43.6642|-79.4469
172|Dovercourt Village|93|D14|43.6628|-79.4251
173|North Toronto|104|D53|43.7084|-79.3968
174|South Eglinton-Davisville|104|D53|43.7063|-79.3948
`;

function lines(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.split('|'));
}

const dividedNames = new Map(lines(divided).map(([number, name]) => [Number(number), name ?? '']));

/** All 158. */
export const places: readonly Place[] = lines(current).map(
  ([hood, name = '', older, division = '', lat, lng]) => ({
    hood158: Number(hood),
    name158: name,
    hood140: Number(older),
    name140: dividedNames.get(Number(older)) ?? name,
    division,
    lat: Number(lat),
    lng: Number(lng),
  }),
);

/** The 140 older neighbourhoods by number. */
export const olderPlaces: readonly { readonly id: number; readonly name: string }[] = [
  ...new Map(places.map((place) => [place.hood140, place.name140])),
]
  .map(([id, name]) => ({ id, name }))
  .sort((a, b) => a.id - b.id);
