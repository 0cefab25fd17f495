var end=Date.now()+(2*3600+17*60+43)*1000;
function pad(n){return n<10?"0"+n:n}
setInterval(function(){var s=Math.max(0,Math.floor((end-Date.now())/1000));if(s==0)end=Date.now()+7200000;
var e=document.getElementById("dem");if(e)e.innerHTML="<span>"+pad(Math.floor(s/3600))+"</span>:<span>"+pad(Math.floor(s/60)%60)+"</span>:<span>"+pad(s%60)+"</span>"},1000);
var ten=["Chị Thu Hà","Anh Minh","Chị Ngọc Lan","Chị Mai","Anh Tuấn","Bạn Phương"],noi=["Hà Nội","Đà Nẵng","Cần Thơ","Hải Phòng","TP.HCM","Nghệ An"];
function mua(){var p=document.getElementById("pop");p.hidden=false;p.innerHTML="✅ <b>"+ten[Math.floor(Math.random()*6)]+"</b> ở "+noi[Math.floor(Math.random()*6)]+" vừa đặt mua<br><small>"+(1+Math.floor(Math.random()*9))+" phút trước</small>";setTimeout(function(){p.hidden=true},5000)}
setTimeout(mua,800);setInterval(mua,9000);
document.addEventListener("contextmenu",function(e){e.preventDefault()});
