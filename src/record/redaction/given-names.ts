/**
 * Common given names of several languages. Left out is what is a usual word or place as well (Will, Mark, Grace, Rose, May,
 * Jordan, Paris, Christian, Florence, Victoria, Art): more text would go with them than names.
 */
export const GIVEN_NAMES: ReadonlySet<string> = new Set(
  `
James John Robert Michael David William Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony Steven Andrew
Kenneth Kevin Brian George Timothy Ronald Edward Jason Jeffrey Ryan Jacob Gary Nicholas Eric Jonathan Stephen Larry
Justin Scott Brandon Benjamin Samuel Gregory Alexander Patrick Raymond Jerry Tyler Dennis Aaron Jose Adam Nathan Henry
Zachary Douglas Peter Kyle Noah Ethan Jeremy Keith Roger Terry Sean Gerald Carl Arthur Lawrence Dylan Jesse Joe Bryan
Albert Gabriel Bruce Ralph Eugene Philip Harry Vincent Bobby Johnny Logan Martin Oliver Liam Lucas Mason Elijah Simon
Mary Jane Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Sandra Margaret Ashley
Kimberly Emily Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Laura Sharon Cynthia Kathleen Amy Angela
Shirley Anna Brenda Pamela Emma Nicole Helen Samantha Katherine Christine Debra Rachel Carolyn Janet Catherine Maria
Heather Diane Olivia Julie Joyce Virginie Kelly Lauren Christina Joan Evelyn Judith Andrea Hannah Megan Cheryl
Jacqueline Martha Madison Teresa Gloria Sara Janice Ann Kathryn Abigail Sophia Frances Jean Alice Judy Isabella Julia
Amber Denise Danielle Marilyn Beverly Charlotte Natalie Theresa Diana Brittany Doris Kayla Alexis Lori Marie Chloe Zoe
Hans Peter Klaus Jürgen Wolfgang Uwe Bernd Dieter Günter Manfred Horst Stefan Andreas Matthias Markus Sebastian Tobias
Florian Jan Lukas Jonas Leon Felix Maximilian Niklas Moritz Friedrich Heinrich Karl Otto Ursula Monika Petra Sabine
Renate Helga Karin Brigitte Ingrid Erika Gisela Claudia Birgit Heike Martina Silke Katrin Anja Stefanie Lena Mia Leonie
Johanna Katharina Franziska Annika Greta Frieda Jörg Björn Sören Käthe Anneliese
Pierre Jacques Philippe Nicolas Olivier Julien Guillaume Antoine François Laurent Mathieu Thierry Pascal Didier Éric
Sébastien Benoît Amélie Camille Céline Chloé Élodie Hélène Isabelle Juliette Manon Mathilde Nathalie Sandrine Sophie
Sylvie Valérie Véronique Aurélie Geneviève
José Juan Carlos Luis Miguel Antonio Manuel Pedro Pablo Javier Alejandro Diego Fernando Jorge Rafael Sergio Ricardo
Eduardo Andrés Raúl Álvaro Enrique Carmen Dolores Pilar Isabel Lucía Marta Cristina Beatriz Raquel Alejandra Gabriela
Valentina Camila Ximena Guadalupe Rocío
Giuseppe Giovanni Marco Luca Francesco Alessandro Matteo Lorenzo Paolo Andrea Stefano Roberto Giulia Francesca Chiara
Alessia Martina Elena Federica Valeria Paola
João Tiago Thiago Gustavo Felipe Rodrigo Bruno Vinícius Inês Beatriz Larissa Fernanda Juliana
Piotr Krzysztof Andrzej Tomasz Paweł Michał Marcin Jakub Agnieszka Małgorzata Katarzyna Joanna Magdalena Zofia
Jakob Lars Erik Anders Mikkel Søren Henrik Magnus Ingrid Astrid Freja Sigrid Willem Pieter Sanne Femke Maarten
Ivan Dmitri Dmitry Sergei Sergey Alexei Alexey Mikhail Nikolai Vladimir Yuri Olga Natalia Tatiana Irina Svetlana
Ekaterina Anastasia Oksana Иван Дмитрий Сергей Алексей Михаил Николай Владимир Ольга Наталья Татьяна Ирина Светлана
Екатерина Анастасия Елена Анна Мария
Mohammed Muhammad Mohamed Ahmed Ali Omar Hassan Hussein Ibrahim Khalid Yusuf Mustafa Fatima Aisha Khadija Zainab Layla
Mehmet Ayşe Emre Zeynep Elif Hüseyin Yasemin
Rahul Amit Rajesh Sanjay Vijay Anil Suresh Arjun Rohan Priya Anjali Pooja Neha Sunita Deepika Kavita Lakshmi Ananya
Wei Jing Xiaoming Mei Hiroshi Takashi Kenji Yuki Haruto Sakura Yoko Minjun Jisoo Seoyeon Nguyen Linh
Kwame Kofi Ama Chidi Ngozi Oluwaseun Adebayo Thabo Sipho
`
    .trim()
    .split(/\s+/),
)
